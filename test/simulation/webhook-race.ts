/**
 * One tenant's webhook and several requests about it at once: the real API on in-memory ports, where a scheduler decides
 * whose call is applied next and whose response arrives next. Nothing fails here; only the order is free.
 */
import type { Scheduler } from 'fast-check';
import type { ApiDependencies } from '../../functions/api/dependencies.ts';
import { createApi } from '../../functions/api/handler.ts';
import type { Webhook, WebhookSecret } from '../../shared/webhook/webhook.ts';
import { useSecret } from '../../shared/webhook/webhook.ts';
import { aWebhook } from '../builders/webhook.ts';
import { type ApiRequest, anApiWorld, askApi } from '../fakes/api-world.ts';
import { type Deferred, deferredBy } from './deferred.ts';

export type Answered = Awaited<ReturnType<typeof askApi>>;

export class WebhookRace {
  readonly responses: Answered[] = [];
  readonly #world = anApiWorld();
  readonly #app: ReturnType<typeof createApi>;
  readonly #defer: Deferred;
  /** Every state of the item, by revision. */
  readonly #items = new Map<number, Webhook>();
  readonly #values = new Map<string, WebhookSecret>();
  #broken: string | undefined;

  constructor(scheduler: Scheduler, sabotage: (deps: ApiDependencies) => ApiDependencies = (deps) => deps) {
    this.#defer = deferredBy(scheduler);
    this.#app = createApi(sabotage(this.#deps()));
  }

  get webhooks(): readonly Webhook[] {
    return [...this.#world.store.webhooks.values()];
  }

  /** One that is there before the race, with a secret or without. */
  async connected(secret: WebhookSecret | undefined): Promise<Webhook> {
    const { store, secrets } = this.#world;
    const plain = aWebhook();
    const { tenantId, webhookId } = plain;
    const webhook =
      secret === undefined
        ? plain
        : useSecret(plain, await secrets.create(tenantId, webhookId, 'the-first-version', secret), secret);
    await store.add(tenantId, webhook);
    this.#note();
    return webhook;
  }

  async ask(method: string, path: string, request: ApiRequest = {}): Promise<void> {
    const response = await askApi(this.#app, method, path, request);
    this.responses.push(response);
    const { status, json } = response;
    const shown = json?.signingSecret;
    const item = this.#items.get(json?.revision);
    if (status >= 500) {
      this.#broken ??= `answered ${status}`;
    }
    if (shown !== undefined && this.#valueOf(item)?.signing?.current !== shown) {
      this.#broken ??= 'a secret was shown that does not sign';
    }
  }

  /** Answers what does not hold, now that everything is over. */
  brokenAtRest(): string | undefined {
    const { secrets } = this.#world;
    const isLeftBehind = this.webhooks.length === 0 && secrets.versions.size > 0;
    return this.#broken ?? (isLeftBehind ? 'a deleted webhook leaves its secret behind' : undefined);
  }

  #valueOf(webhook: Webhook | undefined): WebhookSecret | undefined {
    return webhook?.secret && this.#values.get(webhook.secret.versionId);
  }

  /** After every write: whatever the order, an item names a version that is there. */
  #note(): void {
    const { secrets } = this.#world;
    for (const webhook of this.webhooks) {
      const { secret } = webhook;
      this.#items.set(webhook.revision, webhook);
      const value = secret && secrets.versions.get(secret.arn)?.get(secret.versionId);
      if (secret !== undefined && value === undefined) {
        this.#broken ??= `the item names ${secret.versionId}, which does not exist`;
      }
      if (secret !== undefined && value !== undefined) {
        this.#values.set(secret.versionId, value);
      }
    }
  }

  #deps(): ApiDependencies {
    const { deps } = this.#world;
    const { webhooks, secrets, requests, announcer } = deps;
    const write = <Value>(call: () => Promise<Value>) =>
      this.#defer(async () => {
        const value = await call();
        this.#note();
        return value;
      });
    return {
      ...deps,
      webhooks: {
        list: (...args) => this.#defer(() => webhooks.list(...args)),
        find: (...args) => this.#defer(() => webhooks.find(...args)),
        add: (...args) => write(() => webhooks.add(...args)),
        update: (...args) => write(() => webhooks.update(...args)),
        remove: (...args) => write(() => webhooks.remove(...args)),
      },
      secrets: {
        read: (...args) => this.#defer(() => secrets.read(...args)),
        create: (...args) => write(() => secrets.create(...args)),
        replace: (...args) => write(() => secrets.replace(...args)),
        remove: (...args) => write(() => secrets.remove(...args)),
      },
      requests: {
        begin: (...args) => this.#defer(() => requests.begin(...args)),
        beginAgain: (...args) => this.#defer(() => requests.beginAgain(...args)),
        finish: (...args) => this.#defer(() => requests.finish(...args)),
        forget: (...args) => this.#defer(() => requests.forget(...args)),
      },
      announcer: { announce: (...args) => this.#defer(() => announcer.announce(...args)) },
    };
  }
}
