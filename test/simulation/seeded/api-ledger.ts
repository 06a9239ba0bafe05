/**
 * Keeps the books of the API: who asked for what, what became of the webhooks' items, which secrets were shown. Checks, at
 * every write and every response, what must hold at that moment.
 */
import { secretValues } from '../../../shared/attempt/outgoing-request.schema.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { Invocation } from './invocation.ts';
import type { SimulatedAccount } from './simulated-account.ts';

/** A request as a person sends it. */
export interface Asked {
  readonly tenantId: TenantId;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** The revision in its If-Match. */
  readonly ifMatch?: number;
  /** Its Idempotency-Key. */
  readonly key?: string;
  /** What it names is another tenant's. */
  readonly isTrespass?: boolean;
}

export interface ReceiverResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The type of the problem, without its prefix. */
  readonly problem: string | undefined;
  readonly id: string | undefined;
  readonly revision: number | undefined;
  readonly signingSecret: string | undefined;
  readonly nextCursor: string | undefined;
  readonly text: string;
}

/** One request in the hands of one invocation. */
export interface ApiRun {
  readonly invocation: Invocation;
  readonly asked: Asked;
  /** How many changes by people there had been when it began. */
  readonly changesBefore: number;
  /** Webhooks that were not enabled when it began. */
  readonly notEnabled: ReadonlySet<string>;
  /** Its If-Match was outdated when it began. */
  readonly isOutdated: boolean;
}

export class ApiLedger {
  readonly #account: SimulatedAccount;
  #changes = 0;
  /** Every state of an item that people brought about, by webhook and revision. */
  readonly #items = new Map<string, Webhook>();
  readonly #removed = new Set<string>();
  /** When a webhook was last enabled, in changes. */
  readonly #enabledAt = new Map<string, number>();
  /** The one webhook that may come of a key. */
  readonly #connected = new Map<string, string>();

  constructor(account: SimulatedAccount) {
    this.#account = account;
  }

  begun(invocation: Invocation, asked: Asked): ApiRun {
    const webhooks = [...this.#account.webhooks.webhooks.values()];
    const meant = webhooks.find(
      ({ tenantId, webhookId }) => tenantId === asked.tenantId && asked.path.split('/')[3] === webhookId,
    );
    return {
      invocation,
      asked,
      changesBefore: this.#changes,
      notEnabled: new Set(webhooks.filter(({ state }) => state.kind !== 'enabled').map(nameOf)),
      isOutdated: asked.ifMatch !== undefined && meant !== undefined && meant.revision !== asked.ifMatch,
    };
  }

  /** `before` and `after` are what is stored; undefined for none. */
  itemWritten(run: ApiRun, before: Webhook | undefined, after: Webhook | undefined): void {
    const webhook = after ?? before;
    if (webhook === undefined) {
      return;
    }
    this.#changes += 1;
    const name = nameOf(webhook);
    const what = after === undefined ? 'removed' : `${before === undefined ? 'added' : 'changed'}, ${after.state.kind}`;
    this.#note(run, name, `${what}, revision ${webhook.revision}, ${webhook.secret?.versionId}`);
    this.#expect(run, name, [
      [webhook.tenantId === run.asked.tenantId && !run.asked.isTrespass, 'another tenant’s webhook was changed'],
      [!run.isOutdated, 'changed in spite of an outdated If-Match'],
      [
        before === undefined || run.asked.ifMatch === undefined || run.asked.ifMatch === before.revision,
        'changed in spite of an If-Match that had become outdated',
      ],
      [before !== undefined || !this.#removed.has(name), 'a deleted webhook came back'],
      [before !== undefined || this.#isFirstOf(run.asked, name), 'a repeated request connected another webhook'],
      [before === undefined || after === undefined || this.#keepsToOrigin(before, after), 'a secret moved along'],
    ]);
    if (after === undefined) {
      this.#removed.add(name);
    } else {
      this.#items.set(`${name} ${after.revision}`, after);
    }
    if (after?.state.kind === 'enabled' && before?.state.kind !== 'enabled') {
      this.#enabledAt.set(name, this.#changes);
    }
    this.secretsTouched(run);
  }

  /** An item must name a version that is there, at every moment. */
  secretsTouched(run: ApiRun): void {
    const { webhooks, secrets } = this.#account;
    const dangling = [...webhooks.webhooks.values()].find(
      ({ secret }) => secret !== undefined && !secrets.versions.get(secret.arn)?.has(secret.versionId),
    );
    if (dangling !== undefined) {
      this.#violate(run, nameOf(dangling), `the item names ${dangling.secret?.versionId}, which does not exist`);
    }
  }

  /** A user retries a failure: were it re-opened for a webhook that is paused, `send` would cancel it. */
  reopened(run: ApiRun, row: DeliveryRow): void {
    const name = nameOf(row);
    const isEnabledSince = (this.#enabledAt.get(name) ?? 0) > run.changesBefore;
    this.#expect(run, row.deliveryId, [
      [!run.notEnabled.has(name) || isEnabledSince, 're-opened although its webhook may not be sent to'],
      [row.tenantId === run.asked.tenantId && !run.asked.isTrespass, 'another tenant’s delivery was re-opened'],
    ]);
  }

  answered(run: ApiRun, response: ReceiverResponse): void {
    const { asked, isOutdated } = run;
    const about = `${asked.tenantId}#${asked.path.split('/')[3] ?? response.id}`;
    const { status, signingSecret, id, revision, headers, text } = response;
    const isDone = status < 300;
    this.#note(run, about, `${asked.method} ${asked.path} answers ${status} ${response.problem ?? ''}`);
    const shown = this.#items.get(`${asked.tenantId}#${id} ${revision}`);
    const isReplayed = headers['idempotency-replayed'] === 'true';
    // Another request has deleted it meanwhile: that this one deletes is done, whatever revision it knows.
    const isGone = asked.method === 'DELETE' && this.#removed.has(about);
    this.#expect(run, about, [
      [status !== 500, `an internal error: ${text}`],
      [!(isDone && asked.isTrespass), `what is another tenant’s was answered with ${status}`],
      [!(isDone && isOutdated && !isReplayed) || isGone, 'an outdated If-Match was answered with success'],
      [
        signingSecret === undefined || this.#account.secretNamedBy(shown)?.signing?.current === signingSecret,
        'the secret that was shown is not the one that signs',
      ],
      [
        !isDone || !asksForSecret(asked) || (signingSecret === undefined) === isReplayed,
        isReplayed ? 'a secret was shown again' : 'a generated secret was not shown',
      ],
      [
        !isDone || asked.path !== '/v1/webhooks' || this.#isFirstOf(asked, `${asked.tenantId}#${id}`),
        'a repeated request was answered with another webhook',
      ],
    ]);
    this.#account.responses.push(
      signingSecret === undefined ? text : text.replace(`"signingSecret":"${signingSecret}"`, ''),
    );
  }

  #isFirstOf({ tenantId, key }: Asked, name: string): boolean {
    if (key === undefined) {
      return true;
    }
    const earlier = this.#connected.get(`${tenantId} ${key}`);
    // A try that died has told no one of its webhook. If that was deleted meanwhile, its repetition connects another.
    const known = earlier === undefined || this.#removed.has(earlier) ? name : earlier;
    this.#connected.set(`${tenantId} ${key}`, known);
    return known === name;
  }

  /** No value that was given for one destination reaches another without being given again. */
  #keepsToOrigin(before: Webhook, after: Webhook): boolean {
    if (new URL(before.url).origin === new URL(after.url).origin) {
      return true;
    }
    const known = secretValues(this.#account.secretNamedBy(before));
    return !secretValues(this.#account.secretNamedBy(after)).some((value) => known.includes(value));
  }

  #expect(run: ApiRun, about: string, expectations: readonly (readonly [holds: boolean, broken: string])[]): void {
    for (const [, broken] of expectations.filter(([holds]) => !holds)) {
      this.#violate(run, about, broken);
    }
  }

  #violate({ asked }: ApiRun, about: string, broken: string): void {
    this.#account.ledger.violate(about, `${asked.method} ${asked.path}: ${broken}`);
  }

  #note({ invocation }: ApiRun, about: string, text: string): void {
    this.#account.trace.note(about, `${invocation.name}: ${text}`);
  }
}

function asksForSecret({ body }: Asked): boolean {
  return JSON.stringify(body)?.includes('"generate":true') ?? false;
}

function nameOf({ tenantId, webhookId }: Pick<Webhook, 'tenantId' | 'webhookId'>): string {
  return `${tenantId}#${webhookId}`;
}
