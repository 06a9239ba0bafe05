/** Connects a webhook as the API does, for scripts and the local system: its id and its alert rule may be given at once. */
import { randomBytes, randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { connect } from '../functions/api/webhooks/connect.ts';
import type { Actor } from '../functions/api/webhooks/store-change.ts';
import type { Problem } from '../shared/api/problems.schema.ts';
import { connectRequestSchema, MAX_NAME_CHARACTERS } from '../shared/api/webhook-requests.schema.ts';
import type { ManifestScheduling } from '../shared/delivery/manifest-schedules.port.ts';
import { cutToCharacters } from '../shared/finding/cut-text.ts';
import type { FindingEventName } from '../shared/finding/lifecycle.ts';
import { checkWebhookUrl, type WebhookUrlRules } from '../shared/http/webhook-url.ts';
import { systemClock } from '../shared/runtime/clock.system.ts';
import { parseTenantId, parseWebhookId } from '../shared/runtime/ids.ts';
import type { AlertRule } from '../shared/webhook/alert-rule.ts';
import type { DigestChoice, FirstSync } from '../shared/webhook/digest-choice.ts';
import type { ChosenPace } from '../shared/webhook/pace.ts';
import type { PullChoice } from '../shared/webhook/pull.ts';
import type { SecretStore } from '../shared/webhook/secret-store.port.ts';
import type { Webhook } from '../shared/webhook/webhook.ts';
import { changeAlerts } from '../shared/webhook/webhook-changes.ts';
import type { WebhookStore } from '../shared/webhook/webhook-store.port.ts';
import { updated } from '../shared/webhook/webhook-update.ts';

export interface WebhookStores {
  readonly webhooks: WebhookStore;
  readonly secrets: SecretStore;
  readonly manifests: ManifestScheduling;
}

export interface WebhookToConnect {
  readonly tenantId: string;
  /** A fresh one if absent. */
  readonly webhookId?: string;
  /** What people call it; the URL's host if absent. */
  readonly name?: string;
  readonly url: string;
  readonly signing: 'none' | 'generate' | { readonly own: string };
  readonly headers: Readonly<Record<string, string>>;
  /** The generic one if absent. */
  readonly format?: {
    readonly id: string;
    readonly options: Readonly<Record<string, string>>;
    readonly credentials: Readonly<Record<string, string>>;
  };
  /** As fast as possible if absent. */
  readonly pace?: ChosenPace;
  /** Beside detections, which are always sent. */
  readonly events?: readonly FindingEventName[];
  /** Findings go together. */
  readonly digest?: DigestChoice;
  readonly firstSync?: FirstSync;
  /** Another webhook of the tenant, which gets notices about this one. */
  readonly noticesTo?: string;
  /** The OAuth client whose access tokens it sends; none if absent. */
  readonly oauth?: NonNullable<ConnectRequestInput['oauth']>;
  /** Whether its address must answer a challenge before alerts are turned on. */
  readonly challenge?: true;
  /** Its events are not listed if absent. */
  readonly pull?: PullChoice;
  /** Off, as for every fresh webhook, if absent. */
  readonly alerts?: AlertRule;
}

type ConnectRequestInput = z.input<typeof connectRequestSchema>;

export type Connected =
  | { readonly kind: 'connected'; readonly webhook: Webhook; readonly signingSecret?: string }
  | { readonly kind: 'refused'; readonly because: string };

/** A caller with the account's credentials may connect any number of webhooks. No event is published. */
const UNLIMITED = { webhooksPerTenant: Number.POSITIVE_INFINITY, testSendsPerMinute: 0 };
const silent = { announce: async () => {} };

export async function connectWebhook(
  stores: WebhookStores,
  urlRules: WebhookUrlRules,
  wanted: WebhookToConnect,
  by: string,
): Promise<Connected> {
  const tenantId = parseTenantId(wanted.tenantId);
  if (tenantId === undefined) {
    return refuse('A tenant id has 1 to 64 letters, digits, underscores or hyphens.');
  }
  const webhookId = parseWebhookId(wanted.webhookId ?? `wh_${randomBytes(10).toString('hex')}`);
  if (webhookId === undefined) {
    return refuse('A webhook id has 1 to 64 letters, digits, underscores or hyphens.');
  }
  const { headers, signing, pace, events, digest, firstSync, noticesTo, oauth, challenge, pull } = wanted;
  if (challenge && wanted.alerts?.enabled) {
    return refuse('Alerts can be turned on only after the address has answered a challenge: connect without them.');
  }
  // Before the name, which comes from the URL if none is given: a refusal is never about a name that was not given.
  const checked = checkWebhookUrl(wanted.url, urlRules);
  if (checked.kind === 'refused') {
    return refuse(checked.message);
  }
  const { url } = checked;
  const name = wanted.name ?? cutToCharacters(new URL(url).host, MAX_NAME_CHARACTERS);
  const request = connectRequestSchema.safeParse({
    name,
    url,
    headers,
    ...(events && { events: [...new Set<FindingEventName>(['detected', ...events])] }),
    ...(pace && { pace }),
    ...(digest && { digest }),
    ...(firstSync && { firstSync }),
    ...(noticesTo !== undefined && { noticesTo }),
    ...(oauth && { oauth }),
    ...(challenge && { challenge }),
    ...(pull && { pull }),
    ...formatRequest(wanted.format),
    ...secretRequest(signing),
  });
  if (!request.success) {
    return refuse(request.error.issues.map(({ message }) => message).join(' '));
  }
  if ((await stores.webhooks.find(tenantId, webhookId)) !== undefined) {
    return refuse(`Tenant ${tenantId} already has a webhook ${webhookId}.`);
  }
  const actor: Actor = { tenantId, name: by };
  const deps = {
    ...stores,
    urlRules,
    limits: UNLIMITED,
    announcer: silent,
    telemetry: { fail() {} },
    clock: systemClock,
    newId: randomUUID,
    randomBytes,
  };
  const connected = await connect(deps, actor, webhookId, request.data);
  if (connected.kind === 'refused') {
    return refuse(wordsOf(connected.problem));
  }
  const { webhook, signingSecret } = connected.value;
  const update = wanted.alerts && changeAlerts(webhook, wanted.alerts, { by, at: systemClock.now() });
  if (update !== undefined) {
    await stores.webhooks.update(tenantId, webhookId, update);
  }
  const shown = signingSecret ?? (typeof signing === 'object' ? signing.own : undefined);
  return {
    kind: 'connected',
    webhook: update ? updated(webhook, update) : webhook,
    ...(shown !== undefined && { signingSecret: shown }),
  };
}

function formatRequest(format: WebhookToConnect['format']) {
  if (format === undefined) {
    return {};
  }
  const { id, options, credentials } = format;
  return { format: id, options, credentials };
}

function secretRequest(signing: WebhookToConnect['signing']) {
  switch (signing) {
    case 'none':
      return {};
    case 'generate':
      return { secret: { generate: true } };
    default:
      return { secret: signing.own };
  }
}

/** With the field where it is one of several, such as the name of a header. */
function wordsOf({ detail, errors = [] }: Problem): string {
  const words = errors.map(({ field, message }) => (field.includes('.') ? `${field}: ${message}` : message));
  return words.join(' ') || detail;
}

function refuse(because: string) {
  return { kind: 'refused', because } as const;
}
