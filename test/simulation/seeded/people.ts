/** What tenants, operators and time itself do in the middle of a run. Each looks first and acts a moment later. */
import { parseDeliveryMessage } from '../../../shared/contract/delivery-message.ts';
import { continuationOf, type DeliveryRow, hasLiveLease, retryByHand } from '../../../shared/domain/delivery.ts';
import type { TenantId } from '../../../shared/domain/ids.ts';
import { SEVERITY_LEVELS } from '../../../shared/domain/severity.ts';
import {
  changeAlerts,
  changeSecret,
  pauseWebhook,
  resumeWebhook,
  rotateSigning,
  type Webhook,
} from '../../../shared/domain/webhook.ts';
import { aFindingEvent } from '../../builders/finding.ts';
import type { Happening } from './kinds.ts';
import type { SimulatedAccount } from './simulated-account.ts';

export class People {
  readonly #account: SimulatedAccount;
  #rotations = 0;

  constructor(account: SimulatedAccount) {
    this.#account = account;
  }

  /** Something at random; nothing if there is nothing to do it to. */
  async act(): Promise<void> {
    const { random } = this.#account;
    const acts = [
      () => this.#change('person: pauses', pauseWebhook),
      () => this.#change('person: resumes', resumeWebhook),
      () => this.#change('person: resumes', resumeWebhook),
      () => this.#rotate(),
      () => this.#delete(),
      () => this.#changeAlerts(),
      () => this.#retryByHand(),
      () => this.#retryByHand(),
      () => this.#redrive(),
      () => this.#redrive(),
      () => this.#repeatEvent(),
      () => this.#malform(),
      () => this.#expire(),
      () => this.#expire(),
      () => this.#holdAnExhausted(),
      () => this.#holdAnExhausted(),
    ] as const;
    await random.pick(acts)();
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

  async #change(
    happening: Happening,
    change: (webhook: Webhook, by: { by: string; at: number }) => Webhook,
    of: Webhook | undefined = this.#someWebhook(),
  ): Promise<void> {
    if (of === undefined) {
      return;
    }
    const { clock, webhooks, mishaps } = this.#account;
    await this.#moment();
    const after = change(of, { by: 'jane', at: clock.now() });
    if (after !== of && (await webhooks.replace(of.tenantId, of, after)) === 'written') {
      mishaps.saw(happening);
    }
  }

  #changeAlerts(): Promise<void> {
    const { random } = this.#account;
    const alerts = { enabled: random.chance(0.6), minSeverity: random.pick(SEVERITY_LEVELS) };
    return this.#change('person: changes the alert rule', (webhook, change) => changeAlerts(webhook, alerts, change));
  }

  async #rotate(): Promise<void> {
    const { clock, secrets } = this.#account;
    const webhook = this.#someWebhook();
    const old = this.#account.secretOf(webhook);
    if (webhook?.secret === undefined || old === undefined) {
      return;
    }
    this.#rotations += 1;
    const next = `rotated-secret-${this.#rotations}-of-${webhook.tenantId}-${webhook.webhookId}`;
    const value = this.#account.remember(rotateSigning(old, next, clock.now()));
    const reference = await secrets.replace(webhook.tenantId, webhook.secret, `v-${next}`, value);
    await this.#change(
      'person: rotates the secret',
      (before, change) => changeSecret(before, reference, value, change),
      webhook,
    );
  }

  async #delete(): Promise<void> {
    const { webhooks, secrets, mishaps } = this.#account;
    const webhook = this.#someWebhook();
    if (webhook === undefined) {
      return;
    }
    await webhooks.remove(webhook.tenantId, webhook);
    mishaps.saw('person: deletes the webhook');
    await this.#moment();
    await secrets.remove(webhook.tenantId, webhook.webhookId);
  }

  async #retryByHand(of = this.#someRow(({ status }) => status === 'failed' || status === 'held')): Promise<void> {
    if (of === undefined) {
      return;
    }
    const { clock, random, mishaps } = this.#account;
    await this.#moment();
    const change = retryByHand(of, clock.now());
    if (change === undefined || this.#account.write(undefined, change) === 'conflict') {
      return;
    }
    await this.#moment();
    if (random.chance(0.3) || mishaps.isDown('queue')) {
      mishaps.saw('person: retries by hand, message lost');
      return;
    }
    this.#account.take('retry', continuationOf(change.row));
    mishaps.saw('person: retries by hand');
  }

  /** Every ticket that is there, sent before it is deleted: a deletion that fails sends it once more another time. */
  async #redrive(): Promise<void> {
    const { queues, mishaps } = this.#account;
    for (const { messageId, body } of queues.exhausted.receive()) {
      const parsed = parseDeliveryMessage(body);
      if (parsed.kind === 'parsed') {
        this.#account.take('retry', parsed.message);
        mishaps.saw('operator: redrives a ticket');
        await this.#moment();
        queues.exhausted.delete(messageId);
      }
    }
  }

  async #repeatEvent(of = this.#someRow(() => true)): Promise<void> {
    if (of !== undefined) {
      this.publish(of.tenantId, JSON.parse(of.finding));
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

  /** The table forgets a delivery that is still under way; now and then its finding is published again just then. */
  async #expire(): Promise<void> {
    const { clock, rows, ledger, mishaps, random } = this.#account;
    const row = this.#someRow(
      (candidate) =>
        candidate.status === 'pending' &&
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

  /** Exhausted, retried by hand, held because the webhook is disabled meanwhile; then an operator redrives the ticket. */
  async #holdAnExhausted(): Promise<void> {
    const { clock, webhooks, random } = this.#account;
    const row = this.#someRow(({ ticketSentAt }) => ticketSentAt !== undefined);
    if (row === undefined) {
      return;
    }
    await webhooks.disable(row.tenantId, row.webhookId, 'failing');
    await this.#retryByHand(row);
    await clock.sleep(60_000);
    if (random.chance(0.5)) {
      const webhook = this.#account.webhook(row.tenantId, row.webhookId);
      await this.#change('person: resumes', resumeWebhook, webhook);
    }
    await this.#redrive();
  }

  publish(tenantId: TenantId, finding: unknown): void {
    this.#account.queues.findings.send(aFindingEvent({ tenantId, finding }));
  }
}
