/**
 * The tenants' admins and what they do through the API. Who gets no answer, or one that says "later", repeats the request
 * as it was, or lets it be.
 */
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { FINDING_EVENTS, type FindingEventName } from '../../../shared/finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import { type DigestChoice, FIRST_SYNCS } from '../../../shared/webhook/digest-choice.ts';
import { heldBack, type Webhook } from '../../../shared/webhook/webhook.ts';
import type { Asked, ReceiverResponse } from './api-ledger.ts';
import type { Happening } from './kinds.ts';
import type { Random } from './random.ts';
import { Receiver } from './receivers.ts';
import type { SimulatedAccount } from './simulated-account.ts';
import type { SimulatedApi } from './simulated-api.ts';

/** One of these and the same request once more. */
const ASK_LATER = ['unavailable', 'changed-meanwhile', 'request-in-progress'];
const MOST_REPETITIONS = 3;
/** The longest is longer than a request may take. */
const PATIENCE_MILLIS = [1_000, 5_000, 36_000, 60_000] as const;

export class Admins {
  readonly #account: SimulatedAccount;
  readonly #api: SimulatedApi;
  #made = 0;

  constructor(account: SimulatedAccount, api: SimulatedApi) {
    this.#account = account;
    this.#api = api;
  }

  /** Connects a webhook, and turns its alerts on. */
  async connect(tenantId: TenantId): Promise<void> {
    const { random, hasDigests } = this.#account;
    const format = random.pick(['json', 'json', 'json', 'splunk-hec', hasDigests ? 'slack' : 'template']);
    const key = this.#fresh('webhook');
    const response = await this.#send({
      tenantId,
      method: 'POST',
      path: '/v1/webhooks',
      body: {
        name: `${key} of account-of-${tenantId}`,
        url: this.#newDestination(tenantId),
        format,
        ...(format === 'template' && { options: { body: aTemplate(random) } }),
        ...(random.chance(0.5) && { events: someEvents(random) }),
        ...(format === 'slack' && { digest: aDigest(random), firstSync: random.pick(['all', ...FIRST_SYNCS]) }),
        ...(format === 'splunk-hec' && { credentials: { token: this.#freshSecret('hec-token') } }),
        ...(random.chance(0.8) && { secret: this.#signingRequest() }),
        ...(random.chance(0.5) && { headers: { 'x-api-key': this.#freshSecret('api-key') } }),
      },
      ...this.#maybeKey(key),
    });
    if (response?.status === 201) {
      this.#saw('person: connects a webhook');
      const path = `/v1/webhooks/${response.id}/alerts`;
      await this.#send({ tenantId, method: 'PUT', path, body: { enabled: true, minSeverity: 'info' } });
    }
  }

  pause(webhook: Webhook): Promise<unknown> {
    return this.#change(webhook, 'POST', '/pause', 'person: pauses');
  }

  resume(webhook: Webhook): Promise<unknown> {
    return this.#change(webhook, 'POST', '/resume', 'person: resumes');
  }

  changeAlerts(webhook: Webhook): Promise<unknown> {
    const { random } = this.#account;
    const body = { enabled: random.chance(0.6), minSeverity: random.pick(SEVERITY_LEVELS) };
    return this.#change(webhook, 'PUT', '/alerts', 'person: changes the alert rule', { body });
  }

  raiseThreshold(webhook: Webhook): Promise<unknown> {
    const body = { enabled: true, minSeverity: this.#account.random.pick(['high', 'critical']) };
    return this.#change(webhook, 'PUT', '/alerts', 'person: raises the threshold', { body });
  }

  /** Version 1 has detections alone, and who goes back to it has to say so. */
  changePayloadVersion(webhook: Webhook): Promise<unknown> {
    const { random } = this.#account;
    const body =
      webhook.payloadVersion === 2 && random.chance(0.8)
        ? { payloadVersion: 1, events: ['detected'] }
        : { payloadVersion: 2, events: someEvents(random) };
    return this.#change(webhook, 'PATCH', '', 'person: changes the payload version', { body });
  }

  chooseEvents(webhook: Webhook): Promise<unknown> {
    const body = { payloadVersion: 2, events: someEvents(this.#account.random) };
    return this.#change(webhook, 'PATCH', '', 'person: chooses events', { body });
  }

  chooseDigest(webhook: Webhook): Promise<unknown> {
    const { random } = this.#account;
    return webhook.digest === undefined || random.chance(0.4)
      ? this.#change(webhook, 'PATCH', '', 'person: chooses a digest', { body: { digest: aDigest(random) } })
      : this.#change(webhook, 'PATCH', '', 'person: wants no digest any more', { body: { digest: null } });
  }

  chooseFirstSync(webhook: Webhook): Promise<unknown> {
    const body = { firstSync: this.#account.random.pick(['all', ...FIRST_SYNCS]) };
    return this.#change(webhook, 'PATCH', '', 'person: chooses what happens with a first sync', { body });
  }

  async changeTemplate({ tenantId }: Webhook): Promise<void> {
    const { random, webhooks } = this.#account;
    const templates = (await webhooks.list(tenantId)).filter(({ format }) => format.id === 'template');
    const webhook = random.pickAny(templates);
    if (webhook !== undefined) {
      const body = { options: { body: aTemplate(random) } };
      await this.#change(webhook, 'PATCH', '', 'person: changes the template', { body });
    }
  }

  /** One of its tenant's webhooks gets what there is to say of this one. */
  async chooseNotices(webhook: Webhook): Promise<void> {
    const { random, webhooks } = this.#account;
    const others = (await webhooks.list(webhook.tenantId)).filter(({ webhookId }) => webhookId !== webhook.webhookId);
    const noticesTo = random.chance(0.1) ? null : (random.pickAny(others)?.webhookId ?? null);
    await this.#change(webhook, 'PATCH', '', 'person: chooses where notices go', { body: { noticesTo } });
  }

  rotateKey(webhook: Webhook): Promise<unknown> {
    const body = { overlapSeconds: this.#account.random.pick([0, 60, 86_400]) };
    const key = this.#maybeKey(this.#fresh('key-rotation'));
    return this.#change(webhook, 'POST', '/signing-key', 'person: rotates the signing key', { body, ...key });
  }

  removeKey(webhook: Webhook): Promise<unknown> {
    return this.#change(webhook, 'DELETE', '/signing-key', 'person: removes the signing key');
  }

  /** Name, path, headers, pace: whatever stays at the same destination. */
  changeSettings(webhook: Webhook): Promise<unknown> {
    const { random } = this.#account;
    const { origin } = new URL(webhook.url);
    const body = random.pick<object>([
      { name: `${this.#fresh('renamed')} of account-of-${webhook.tenantId}` },
      { url: `${origin}/${this.#freshPath()}` },
      { headers: random.chance(0.3) ? null : { 'x-api-key': this.#freshSecret('api-key') } },
      { pace: random.chance(0.3) ? null : { perMinute: random.pick([1, 6, 60]) } },
    ]);
    return this.#change(webhook, 'PATCH', '', 'person: changes the settings', { body });
  }

  /** Another origin needs every secret again; now and then a user forgets it. */
  async changeDestination(webhook: Webhook): Promise<void> {
    const { random } = this.#account;
    const secretsAgain = {
      secret: random.chance(0.2) ? null : this.#signingRequest(),
      headers: random.chance(0.2) ? null : { 'x-api-key': this.#freshSecret('api-key') },
      ...(webhook.format.id === 'splunk-hec' && { credentials: { token: this.#freshSecret('hec-token') } }),
    };
    const body = { url: this.#newDestination(webhook.tenantId), ...(random.chance(0.8) && secretsAgain) };
    const response = await this.#change(webhook, 'PATCH', '', 'person: changes the destination', { body });
    if (response?.problem === 'credentials-required' && heldBack(webhook).length > 0) {
      this.#saw('person: is asked for the secrets again');
    }
  }

  rotate(webhook: Webhook): Promise<unknown> {
    const { random } = this.#account;
    const body = { secret: this.#signingRequest(), overlapSeconds: random.pick([0, 60, 86_400]) };
    const key = this.#maybeKey(this.#fresh('rotation'));
    return this.#change(webhook, 'POST', '/secret', 'person: rotates the secret', { body, ...key });
  }

  removeSecret(webhook: Webhook): Promise<unknown> {
    return this.#change(webhook, 'DELETE', '/secret', 'person: removes the secret');
  }

  async delete(webhook: Webhook): Promise<void> {
    await this.#change(webhook, 'DELETE', '', 'person: deletes the webhook');
    if (this.#account.random.chance(0.2) && this.#account.webhook(webhook.tenantId, webhook.webhookId) === undefined) {
      this.#saw('person: deletes what is deleted');
      await this.#send({ ...requestOf(webhook, 'DELETE', '') });
    }
  }

  async retryOne({ tenantId, webhookId, deliveryId }: DeliveryRow): Promise<void> {
    const path = `/v1/webhooks/${webhookId}/deliveries/${deliveryId}/retry`;
    await this.#retry(tenantId, webhookId, () => this.#send({ tenantId, method: 'POST', path }));
  }

  /** Page by page, until there is nothing left or no answer. */
  async retryMany({ tenantId, webhookId, status }: DeliveryRow): Promise<void> {
    const path = `/v1/webhooks/${webhookId}/deliveries/retry`;
    await this.#retry(tenantId, webhookId, async () => {
      let response: ReceiverResponse | undefined;
      let cursor: string | undefined;
      do {
        const body = { status: status === 'held' ? 'held' : 'failed', ...(cursor && { cursor }) };
        response = await this.#send({ tenantId, method: 'POST', path, body });
        cursor = response?.nextCursor;
      } while (cursor !== undefined);
      if (response?.status === 200) {
        this.#saw('person: retries many by hand');
      }
      return response;
    });
  }

  /** A user asks for what another tenant has. */
  async reachAcross(webhook: Webhook, row: DeliveryRow | undefined, stranger: TenantId): Promise<void> {
    const { random } = this.#account;
    const requests: readonly [Asked, ...Asked[]] = [
      requestOf(webhook, 'DELETE', ''),
      requestOf(webhook, 'POST', '/pause'),
      requestOf(webhook, 'POST', '/secret', { body: { secret: { generate: true } } }),
      requestOf(webhook, 'PUT', '/alerts', { body: { enabled: false, minSeverity: 'critical' } }),
      ...(row ? [requestOf(row, 'POST', `/deliveries/${row.deliveryId}/retry`)] : []),
    ];
    // Both may have a webhook of this id; then only the other's delivery is out of reach.
    const asked = this.#account.webhook(stranger, webhook.webhookId) === undefined ? random.pick(requests) : undefined;
    const retry = row && requestOf(row, 'POST', `/deliveries/${row.deliveryId}/retry`);
    const trespass = asked ?? retry;
    if (trespass !== undefined) {
      this.#saw('person: reaches for what is another tenant’s');
      await this.#send({ ...trespass, tenantId: stranger, isTrespass: true });
    }
  }

  /** Who is refused because the webhook is paused or disabled may resume it and try once more. */
  async #retry(
    tenantId: TenantId,
    webhookId: Webhook['webhookId'],
    attempt: () => Promise<ReceiverResponse | undefined>,
  ): Promise<void> {
    const response = await attempt();
    if (response?.status === 202) {
      this.#saw('person: retries by hand');
    }
    if (response?.problem === 'webhook-not-enabled') {
      this.#saw('person: may not retry while paused or disabled');
      const webhook = this.#account.webhook(tenantId, webhookId);
      if (webhook !== undefined && this.#account.random.chance(0.5)) {
        await this.resume(webhook);
        await attempt();
      }
    }
  }

  /** The webhook is as a user has looked at it; some have an old page open, some do not say what they know. */
  async #change(
    webhook: Webhook,
    method: Asked['method'],
    path: string,
    happening: Happening,
    rest: Pick<Asked, 'body' | 'key'> = {},
  ): Promise<ReceiverResponse | undefined> {
    const { random } = this.#account;
    const knows = random.chance(0.5) && { ifMatch: random.chance(0.2) ? webhook.revision - 1 : webhook.revision };
    const response = await this.#send(requestOf(webhook, method, path, { ...rest, ...knows }));
    if (response !== undefined && response.status < 300) {
      this.#saw(happening);
    }
    return response;
  }

  async #send(asked: Asked): Promise<ReceiverResponse | undefined> {
    const { random, clock } = this.#account;
    if (random.chance(0.05)) {
      this.#saw('person: sends a request twice at once');
      void this.#api.ask(asked);
    }
    for (let repetition = 0; ; repetition += 1) {
      const response = await this.#api.ask(asked);
      this.#noteResponse(response);
      const isSettled = response !== undefined && !ASK_LATER.includes(response.problem ?? '');
      if (isSettled || repetition === MOST_REPETITIONS || random.chance(0.3)) {
        return response;
      }
      this.#saw(asked.key === undefined ? 'person: repeats a request' : 'person: repeats a request under its key');
      await clock.sleep(random.pick(PATIENCE_MILLIS));
    }
  }

  #noteResponse(response: ReceiverResponse | undefined): void {
    if (response?.problem === 'revision-outdated') {
      this.#saw('person: knows an outdated revision');
    }
    if (response?.problem === 'request-in-progress') {
      this.#saw('person: is told that a request is still under way');
    }
    if (response?.headers['idempotency-replayed'] === 'true') {
      this.#saw('person: gets the response to an earlier request, without the secret');
    }
  }

  #newDestination(tenantId: TenantId): string {
    const { random, clock, receivers, mishaps } = this.#account;
    const host = `${this.#fresh('host')}.${tenantId}.example`;
    receivers.set(host, new Receiver(random, mishaps, clock));
    return `https://${host}/${this.#freshPath()}`;
  }

  #signingRequest(): string | { readonly generate: true } {
    return this.#account.random.chance(0.6) ? { generate: true } : this.#freshSecret('own-signing-secret');
  }

  #maybeKey(name: string): Pick<Asked, 'key'> {
    return this.#account.random.chance(0.7) ? { key: `key-of-${name}` } : {};
  }

  #freshSecret(kind: string): string {
    const value = this.#fresh(`secret-${kind}`);
    this.#account.secretValues.add(value);
    return value;
  }

  #freshPath(): string {
    const path = this.#fresh('secret-path');
    this.#account.paths.add(path);
    return path;
  }

  #fresh(kind: string): string {
    this.#made += 1;
    return `${kind}-${this.#made}`;
  }

  #saw(happening: Happening): void {
    this.#account.mishaps.saw(happening);
  }
}

/** Detections are always among them. */
export function someEvents(random: Random): readonly FindingEventName[] {
  return random.chance(0.5)
    ? FINDING_EVENTS
    : FINDING_EVENTS.filter((event) => event === 'detected' || random.chance(0.6));
}

/** The shortest windows: a run has several. */
export function aDigest(random: Random): DigestChoice {
  return { minutes: random.pick([5, 5, 6, 10]) };
}

/** Of the tenant it says what the ledger looks for. */
export function aTemplate(random: Random): string {
  const more = random.pick<object>([
    {},
    { level: '{{ severity.level | upcase }}' },
    { event: '{{ event }}', revision: '{{ revision }}' },
    { priority: { $switch: 'severity.level', cases: { critical: 1 }, else: 2 } },
  ]);
  return JSON.stringify({ summary: '{{ title }}', who: '{{ affected.id }} {{ affected.name }}', ...more });
}

function requestOf(
  { tenantId, webhookId }: Pick<Webhook, 'tenantId' | 'webhookId'>,
  method: Asked['method'],
  path: string,
  rest: Pick<Asked, 'body' | 'key' | 'ifMatch'> = {},
): Asked {
  return { tenantId, method, path: `/v1/webhooks/${webhookId}${path}`, ...rest };
}
