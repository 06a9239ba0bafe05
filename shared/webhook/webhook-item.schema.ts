/** A webhook as the config table keeps it, without its keys. An older item may lack what came later: defaults stand here. */
import * as z from 'zod';
import { AFFECTED_TYPES } from '../finding/affected.ts';
import { FINDING_EVENTS } from '../finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../finding/severity.ts';
import { parseWebhookId, type TenantId, type WebhookId } from '../runtime/ids.ts';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { AlertRule } from './alert-rule.ts';
import type { LaterEvent } from './chosen-events.ts';
import { FIRST_SYNCS } from './digest-choice.ts';
import { CLIENT_AUTHENTICATIONS, DEFAULT_CLIENT_AUTHENTICATION } from './oauth.ts';
import type { Turns } from './pace.ts';
import { knownVersion } from './payload-version.ts';
import type { DisableReason, SecretContents, Webhook, WebhookState } from './webhook.ts';
import type { RemovablePart, Removals } from './webhook-update.ts';

const itemSchema = z.object({
  name: z.string(),
  url: z.string(),
  format: z.string(),
  options: z.record(z.string(), z.string()).default({}),
  /** Version 6493d20 knows the first two, and drops the others when it writes. */
  alerts: z.object({
    enabled: z.boolean(),
    minSeverity: z.enum(SEVERITY_LEVELS),
    platforms: z.array(z.string()).exactOptional(),
    categories: z.array(z.string()).exactOptional(),
    affectedTypes: z.array(z.enum(AFFECTED_TYPES)).exactOptional(),
    since: z.number().exactOptional(),
  }),
  state: z.enum(['enabled', 'paused', 'disabled']),
  /** Of a webhook that is disabled without one, by an operator, version 0.1.0 says `failing`. */
  stateReason: z.enum(['gone', 'failing']).exactOptional(),
  /** Beside `gone`: the receiver asked for it. Version 6493d20 knows no other reason than the two, and reads over this. */
  isDisableRequested: z.boolean().exactOptional(),
  secretArn: z.string().exactOptional(),
  secretVersionId: z.string().exactOptional(),
  secretContents: z
    .object({
      isSigned: z.boolean(),
      /** Of the newest previous secret. Version 6493d20 knows no other, and drops `olderUntil` when it writes. */
      previousUntil: z.number().exactOptional(),
      olderUntil: z.array(z.number()).exactOptional(),
      /** Version 6493d20 drops them when it writes. */
      publicKeys: z
        .array(z.object({ kid: z.string(), x: z.string(), until: z.number().exactOptional() }))
        .exactOptional(),
      /** The number of custom headers, under the name that deployed items have. */
      ownHeaders: z.int(),
      credentials: z.array(z.string()),
    })
    .exactOptional(),
  revision: z.int(),
  failuresInARow: z.int().default(0),
  failingSince: z.number().exactOptional(),
  exhaustedCount: z.int().default(0),
  /** Version 0.1.0 reads over it. */
  slowAt: z.number().exactOptional(),
  retryTurnAt: z.number().exactOptional(),
  /** Whatever cannot be read here is no limit: findings go on. */
  pace: z.object({ perMinute: z.number().positive() }).optional().catch(undefined),
  /** Likewise: what cannot be read is no digest, and each finding goes alone. */
  digest: z.object({ minutes: z.number().positive() }).optional().catch(undefined),
  firstSync: z.enum(FIRST_SYNCS).optional().catch(undefined),
  /** Of a later release there may be a newer one: the newest that this one knows is the nearest to it. */
  /** An event that only a later release knows is one that this release does not send. */
  events: z.array(z.string()).transform(knownEvents).exactOptional(),
  payloadVersion: z.int().transform(knownVersion).exactOptional(),
  nextTurnAt: z.number().exactOptional(),
  paceMillis: z.number().exactOptional(),
  throttledUntil: z.number().exactOptional(),
  explainedMillis: z.number().exactOptional(),
  /** Versions before it read over it and leave it. What is no id is no webhook. */
  noticesTo: z.string().optional(),
  /** Versions before it read over it and leave it: they send without an access token. */
  oauth: z
    .object({
      tokenUrl: z.string(),
      clientId: z.string(),
      clientAuthentication: z.enum(CLIENT_AUTHENTICATIONS).catch(DEFAULT_CLIENT_AUTHENTICATION),
      scope: z.string().exactOptional(),
      audience: z.string().exactOptional(),
    })
    .exactOptional(),
  /** Versions before it read over it and leave it: they turn alerts on without a challenge. */
  challenge: z.object({ verified: z.object({ url: z.string(), at: z.number() }).exactOptional() }).exactOptional(),
  /** Versions before it read over it and leave it, and list nothing. */
  pull: z
    .object({ since: z.number(), only: z.boolean().default(false), manifestsSince: z.number().exactOptional() })
    .exactOptional(),
  createdAt: z.number(),
  updatedAt: z.number(),
  updatedBy: z.string(),
});

function knownEvents(stored: readonly string[]): readonly LaterEvent[] {
  return FINDING_EVENTS.filter((event): event is LaterEvent => event !== 'detected' && stored.includes(event));
}

export type WebhookItem = z.input<typeof itemSchema>;

/** Some parts of a webhook. Undefined is a part that it no longer has. */
type WebhookParts = Partial<Omit<Webhook, RemovablePart>> & Removals;

/** The attributes of some parts of a webhook. Undefined is an attribute that such a part does not have. */
export type WebhookAttributes = { readonly [Name in keyof WebhookItem]?: WebhookItem[Name] | undefined };

export function toWebhookAttributes(parts: WebhookParts): WebhookAttributes {
  const { tenantId: _tenant, webhookId: _webhook, format, alerts, alertsSince, state, ...others } = parts;
  const { secret, secretContents, health, turns, events, ...rest } = others;
  return {
    ...rest,
    ...(events && { events: [...events] }),
    ...('turns' in parts && { nextTurnAt: undefined, paceMillis: undefined, throttledUntil: undefined, ...turns }),
    ...(format && { format: format.id, options: { ...format.options } }),
    ...(alerts && { alerts: toAlertsItem(alerts, alertsSince) }),
    ...(state && toStateItem(state)),
    ...(secret && { secretArn: secret.arn, secretVersionId: secret.versionId }),
    ...(secretContents && { secretContents: toContentsItem(secretContents) }),
    ...(health && { ...health, failingSince: health.failingSince }),
  };
}

/** Without the attributes that are undefined. */
export function toWebhookItem(webhook: Webhook): WebhookAttributes {
  const attributes = Object.entries(toWebhookAttributes(webhook));
  return Object.fromEntries(attributes.filter(([, value]) => value !== undefined));
}

export function parseWebhookItem(
  tenantId: TenantId,
  webhookId: WebhookId,
  item: unknown,
): { readonly kind: 'parsed'; readonly webhook: Webhook } | Rejected {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { format, options, alerts, state, stateReason, isDisableRequested, ...withSecret } = parsed.data;
  const { secretArn, secretVersionId, secretContents, ...rest } = withSecret;
  const { since, ...rule } = alerts;
  const { failuresInARow, failingSince, exhaustedCount, slowAt, ...others } = rest;
  const { pace, digest, firstSync, noticesTo: noticed = '', ...timed } = others;
  const { nextTurnAt, paceMillis, throttledUntil, ...settings } = timed;
  const noticesTo = parseWebhookId(noticed);
  const turns: Turns = {
    ...(nextTurnAt !== undefined && { nextTurnAt }),
    ...(paceMillis !== undefined && { paceMillis }),
    ...(throttledUntil !== undefined && { throttledUntil }),
  };
  return {
    kind: 'parsed',
    webhook: {
      ...settings,
      tenantId,
      webhookId,
      format: { id: format, options },
      alerts: rule,
      ...(since !== undefined && { alertsSince: since }),
      state: toState(state, isDisableRequested && stateReason === 'gone' ? 'requested' : stateReason),
      ...(secretArn !== undefined &&
        secretVersionId !== undefined && { secret: { arn: secretArn, versionId: secretVersionId } }),
      ...(secretContents && { secretContents: toContents(secretContents) }),
      health: {
        failuresInARow,
        exhaustedCount,
        ...(failingSince !== undefined && { failingSince }),
        ...(slowAt !== undefined && { slowAt }),
      },
      ...(pace && { pace }),
      ...(digest && { digest }),
      ...(firstSync && { firstSync }),
      ...(noticesTo && { noticesTo }),
      ...(Object.keys(turns).length > 0 && { turns }),
    },
  };
}

function toAlertsItem({ platforms, categories, affectedTypes, ...rule }: AlertRule, since: number | undefined) {
  return {
    ...rule,
    ...(platforms && { platforms: [...platforms] }),
    ...(categories && { categories: [...categories] }),
    ...(affectedTypes && { affectedTypes: [...affectedTypes] }),
    ...(since !== undefined && { since }),
  };
}

type ContentsItem = NonNullable<z.output<typeof itemSchema>['secretContents']>;

function toContentsItem({
  previousUntil = [],
  publicKeys,
  customHeaders,
  credentials,
  isSigned,
}: SecretContents): ContentsItem {
  const [newest, ...older] = previousUntil;
  return {
    isSigned,
    ...(newest !== undefined && { previousUntil: newest }),
    ...(older.length > 0 && { olderUntil: older }),
    ...(publicKeys && { publicKeys: publicKeys.map((key) => ({ ...key })) }),
    ownHeaders: customHeaders,
    credentials: [...credentials],
  };
}

function toContents({
  previousUntil,
  olderUntil = [],
  publicKeys,
  ownHeaders,
  credentials,
  isSigned,
}: ContentsItem): SecretContents {
  return {
    isSigned,
    ...(previousUntil !== undefined && { previousUntil: [previousUntil, ...olderUntil] }),
    ...(publicKeys && { publicKeys }),
    customHeaders: ownHeaders,
    credentials,
  };
}

function toStateItem(state: WebhookState) {
  const reason = state.kind === 'disabled' ? state.reason : undefined;
  return {
    state: state.kind,
    stateReason: reason === 'requested' ? ('gone' as const) : reason,
    isDisableRequested: reason === 'requested' ? true : undefined,
  };
}

function toState(state: WebhookState['kind'], reason: DisableReason | undefined): WebhookState {
  return state === 'disabled' ? { kind: state, ...(reason && { reason }) } : { kind: state };
}
