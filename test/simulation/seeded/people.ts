/** What tenants, operators and time itself do in the middle of a run. Each looks first and acts a moment later. */

import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { parseDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import { hasLiveLease, isDigest } from '../../../shared/delivery/row-change.ts';
import { FIRST_DETECTION, lifecycleOf } from '../../../shared/finding/lifecycle.ts';
import { PRESENT } from '../../../shared/runtime/condition.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { disableWebhook } from '../../../shared/webhook/webhook-changes.ts';
import { aFindingEvent, aLifecycleEvent } from '../../builders/finding.ts';
import { Admins } from './admins.ts';
import type { SimulatedAccount } from './simulated-account.ts';
import type { SimulatedApi } from './simulated-api.ts';

/** For longer than the shortest window. */
const LOOKS_FOR_A_DIGEST = 120;

export class People {
  readonly #account: SimulatedAccount;
  readonly #admins: Admins;

  constructor(account: SimulatedAccount, api: SimulatedApi) {
    this.#account = account;
    this.#admins = new Admins(account, api);
  }

  /** Something at random; nothing if there is nothing to do it to. */
  async act(): Promise<void> {
    const { random } = this.#account;
    const admins = this.#admins;
    const acts = [
      () => this.#connect(),
      () => this.#connect(),
      () => this.#admin((webhook) => admins.pause(webhook)),
      () => this.#admin((webhook) => admins.resume(webhook)),
      () => this.#admin((webhook) => admins.resume(webhook)),
      () => this.#admin((webhook) => admins.rotate(webhook)),
      () => this.#admin((webhook) => admins.rotate(webhook)),
      () => this.#admin((webhook) => admins.removeSecret(webhook)),
      () => this.#admin((webhook) => admins.changeSettings(webhook)),
      () => this.#admin((webhook) => admins.changeDestination(webhook)),
      () => this.#admin((webhook) => admins.changeAlerts(webhook)),
      () => this.#admin((webhook) => admins.raiseThreshold(webhook)),
      () => this.#admin((webhook) => admins.changePayloadVersion(webhook)),
      () => this.#admin((webhook) => admins.chooseEvents(webhook)),
      () => this.#admin((webhook) => admins.changeTemplate(webhook)),
      () => this.#admin((webhook) => admins.chooseNotices(webhook)),
      () => this.#admin((webhook) => admins.rotateKey(webhook)),
      () => this.#admin((webhook) => admins.removeKey(webhook)),
      () => this.#disableForAWhile(),
      () => this.#admin((webhook) => admins.delete(webhook)),
      () => this.#admin((webhook) => this.#quarrel(webhook)),
      () => this.#reachAcross(),
      () => this.#retry((row) => admins.retryOne(row)),
      () => this.#retry((row) => admins.retryOne(row)),
      () => this.#retry((row) => admins.retryMany(row)),
      () => this.#redrive(),
      () => this.#redrive(),
      () => this.#repeatEvent(),
      () => this.#malform(),
      () => this.#malform(),
      () => this.#misjudgeTime(),
      () => this.#expire(),
      () => this.#expire(),
      () => this.#holdAnExhausted(),
      () => this.#holdAnExhausted(),
    ] as const;
    this.#account.atWork += 1;
    await random.pick(acts)();
    this.#account.atWork -= 1;
  }

  /** The same where there are digests: what is rare elsewhere meets findings that wait. */
  async actOnDigests(): Promise<void> {
    const { random } = this.#account;
    const admins = this.#admins;
    const acts = [
      (webhook) => admins.chooseDigest(webhook),
      (webhook) => admins.chooseDigest(webhook),
      (webhook) => admins.chooseDigest(webhook),
      (webhook) => admins.chooseFirstSync(webhook),
      (webhook) => admins.raiseThreshold(webhook),
      () => this.#raiseBetweenAttempts(),
      () => this.#raiseBetweenAttempts(),
      () => this.#raiseBetweenAttempts(),
      (webhook) => admins.chooseEvents(webhook),
      (webhook) => admins.pause(webhook),
      (webhook) => admins.delete(webhook),
      (webhook) => this.#disableForAWhile(webhook),
      (webhook) => this.#disableForAWhile(webhook),
      ({ webhookId }) => this.#retry((row) => admins.retryOne(row), webhookId),
      ({ webhookId }) => this.#retry((row) => admins.retryMany(row), webhookId),
      () => this.#redrive(),
    ] as const satisfies readonly ((webhook: Webhook) => Promise<unknown>)[];
    const webhook = random.pickAny(
      [...this.#account.webhooks.webhooks.values()].filter(({ format }) => format.id === 'slack'),
    );
    if (webhook !== undefined) {
      this.#account.atWork += 1;
      await this.#moment();
      await random.pick(acts)(webhook);
      this.#account.atWork -= 1;
    }
  }

  /** Of a digest that was refused and is to be sent again: what it may still have is less. */
  async #raiseBetweenAttempts(): Promise<void> {
    for (let look = 0; look < LOOKS_FOR_A_DIGEST; look += 1) {
      const digest = this.#someRow(
        (row) => isDigest(row) && row.status === 'pending' && row.lastAttempt >= 1 && row.lease === undefined,
      );
      const webhook = digest && this.#account.webhook(digest.tenantId, digest.webhookId);
      if (webhook !== undefined) {
        return void (await this.#admins.raiseThreshold(webhook));
      }
      await this.#account.clock.sleep(5_000);
    }
  }

  async #moment(): Promise<void> {
    await this.#account.clock.sleep(this.#account.random.between(5, 2_000));
  }

  #someWebhook(): Webhook | undefined {
    return this.#account.random.pickAny([...this.#account.webhooks.webhooks.values()]);
  }

  #someRow(isWanted: (row: DeliveryRow) => boolean): DeliveryRow | undefined {
    return this.#account.random.pickAny([...this.#account.rows.values()].filter(isWanted));
  }

  async #admin(act: (webhook: Webhook) => Promise<unknown>): Promise<void> {
    const webhook = this.#someWebhook();
    if (webhook !== undefined) {
      await this.#moment();
      await act(webhook);
    }
  }

  async #connect(): Promise<void> {
    const tenantId = this.#account.random.pickAny(this.#account.tenants);
    if (tenantId !== undefined) {
      await this.#admins.connect(tenantId);
    }
  }

  /** Two or three who do not know of each other, at the same webhook. */
  async #quarrel(webhook: Webhook): Promise<void> {
    const { random, clock, mishaps } = this.#account;
    const admins = this.#admins;
    mishaps.saw('people: change one webhook at once');
    const acts = Array.from({ length: random.between(2, 4) }, async () => {
      await clock.sleep(random.between(0, 300));
      await random.pick([
        () => admins.rotate(webhook),
        () => admins.rotate(webhook),
        () => admins.changeDestination(webhook),
        () => admins.removeSecret(webhook),
        () => admins.changeAlerts(webhook),
        () => admins.pause(webhook),
        () => admins.delete(webhook),
      ])();
    });
    await Promise.all(acts);
  }

  async #reachAcross(): Promise<void> {
    const webhook = this.#someWebhook();
    const stranger = this.#account.random.pickAny(
      this.#account.tenants.filter((tenantId) => tenantId !== webhook?.tenantId),
    );
    if (webhook !== undefined && stranger !== undefined) {
      const row = this.#someRow(
        ({ tenantId, webhookId }) => tenantId === webhook.tenantId && webhookId === webhook.webhookId,
      );
      await this.#admins.reachAcross(webhook, row, stranger);
    }
  }

  async #retry(how: (row: DeliveryRow) => Promise<void>, of?: Webhook['webhookId']): Promise<void> {
    const row = this.#someRow(
      ({ status, webhookId }) => (status === 'failed' || status === 'held') && (of === undefined || webhookId === of),
    );
    if (row !== undefined) {
      await this.#moment();
      await how(row);
    }
  }

  /** Every redrive message that is there, sent before it is deleted: a deletion that fails sends it once more another time. */
  async #redrive(): Promise<void> {
    const { queues, mishaps } = this.#account;
    for (const { messageId, body } of queues.exhausted.receive()) {
      const parsed = parseDeliveryMessage(body);
      if (parsed.kind === 'parsed') {
        this.#account.take('retry', parsed.message);
        mishaps.saw('operator: redrives a redrive message');
        await this.#moment();
        queues.exhausted.delete(messageId);
      }
    }
  }

  async #repeatEvent(of = this.#someRow((row) => !isDigest(row))): Promise<void> {
    if (of !== undefined) {
      this.publish(of.tenantId, JSON.parse(of.finding), lifecycleOf(of));
      this.#account.mishaps.saw('event: duplicate');
    }
  }

  async #malform(): Promise<void> {
    const { queues, random, mishaps } = this.#account;
    if (random.chance(0.5)) {
      queues.findings.send(aFindingEvent({ tenantId: 'acme', finding: { id: 'malformed' } }));
      mishaps.saw('event: malformed');
    } else {
      queues[random.pick<'delivery' | 'retry'>(['delivery', 'retry'])].send('{"v":1,"deliveryId":"malformed"}');
      mishaps.saw('message: malformed');
    }
  }

  /** A worker whose clock is a day ahead has taken a turn. */
  async #misjudgeTime(): Promise<void> {
    const { webhooks, random, clock, mishaps } = this.#account;
    const webhook = random.pickAny([...webhooks.webhooks.values()].filter(({ pace }) => pace !== undefined));
    if (webhook !== undefined) {
      const turns = { ...webhook.turns, nextTurnAt: clock.now() + 86_400_000 };
      await webhooks.update(webhook.tenantId, webhook.webhookId, { set: { turns }, when: PRESENT });
      mishaps.saw('clock: a wrong one has taken a turn');
    }
  }

  /** The table forgets a delivery that is still under way; now and then its finding is published again just then. */
  async #expire(): Promise<void> {
    const { clock, rows, ledger, mishaps, random } = this.#account;
    const row = this.#someRow(
      (candidate) =>
        candidate.status === 'pending' &&
        // A digest ends within hours.
        !isDigest(candidate) &&
        candidate.lastAttempt >= 1 &&
        !hasLiveLease(candidate, clock.now()) &&
        this.#account.attemptsQueued('retry', candidate.deliveryId).includes(candidate.lastAttempt + 1),
    );
    if (row === undefined) {
      return;
    }
    rows.delete(row.deliveryId);
    const account = ledger.account(row.deliveryId);
    account.expiries += 1;
    account.promised = undefined;
    this.#account.trace.note(row.deliveryId, 'the row expires');
    mishaps.saw('row: expired');
    if (row.lastAttempt >= 2 || random.chance(0.3)) {
      await this.#repeatEvent(row);
    }
  }

  /** Exhausted, retried, held because the webhook is disabled meanwhile; then an operator redrives the redrive message. */
  async #holdAnExhausted(): Promise<void> {
    const { clock, webhooks, random } = this.#account;
    const row = this.#someRow(({ ticketSentAt }) => ticketSentAt !== undefined);
    const webhook = row && this.#account.webhook(row.tenantId, row.webhookId);
    if (row === undefined || webhook === undefined) {
      return;
    }
    if (webhook.state.kind !== 'enabled') {
      await this.#admins.resume(webhook);
    }
    // Mostly between the API's look at the webhook and the sender's.
    clock.schedule(
      random.between(50, 300),
      () => void webhooks.update(row.tenantId, row.webhookId, disableWebhook('failing')),
    );
    await this.#admins.retryOne(row);
    await clock.sleep(60_000);
    if (random.chance(0.5)) {
      await this.#admins.resume(webhook);
    }
    await this.#redrive();
  }

  /** Its findings are held; then a person resumes it and may retry them. */
  async #disableForAWhile(webhook = this.#someWebhook()): Promise<void> {
    const { webhooks, clock, random, mishaps } = this.#account;
    if (webhook === undefined) {
      return;
    }
    mishaps.saw('operator: disables for a while');
    await webhooks.update(webhook.tenantId, webhook.webhookId, disableWebhook('failing'));
    await clock.sleep(random.pick([5_000, 60_000, 400_000]));
    await this.#admins.resume(webhook);
    const held = this.#someRow((row) => row.webhookId === webhook.webhookId && row.status === 'held');
    if (held !== undefined) {
      await this.#admins.retryMany(held);
    }
  }

  publish(tenantId: TenantId, finding: unknown, lifecycle = FIRST_DETECTION): void {
    this.#account.queues.findings.send(aLifecycleEvent({ tenantId, finding }, lifecycle));
  }
}
