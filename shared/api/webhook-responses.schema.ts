/** How the API shows a webhook. Never a secret's value, nor the whole of a URL that is itself a credential. */
import * as z from 'zod';
import { findFormat } from '../destinations/formats.ts';
import type { AlertRule } from '../webhook/alert-rule.ts';
import { isUnverified } from '../webhook/challenge.ts';
import { chosenEvents } from '../webhook/chosen-events.ts';
import { NEWEST_PAYLOAD_VERSION, payloadVersionOf } from '../webhook/payload-version.ts';
import { keysInUse, toPublicText } from '../webhook/public-keys.ts';
import type { Pull } from '../webhook/pull.ts';
import { MAX_SIGNING_SECRETS } from '../webhook/signing-secrets.ts';
import type { Webhook } from '../webhook/webhook.ts';
import { alertRuleSchema } from './alert-rule.schema.ts';
import { webhookIdSchema } from './ids.schema.ts';
import { instantSchema, toInstant } from './instant.schema.ts';
import { jwksPathOf } from './jwks.schema.ts';
import { oauthSchema } from './oauth.schema.ts';
import { healthSchema } from './webhook-health.schema.ts';
import {
  digestSchema,
  eventsSchema,
  firstSyncSchema,
  MAX_CUSTOM_HEADERS,
  paceSchema,
} from './webhook-requests.schema.ts';

/** What stands for the part of a URL that is a credential. */
const URL_MASK = '/***';

/** How many may sign beside the current one. */
export const MAX_EARLIER_SECRETS = MAX_SIGNING_SECRETS - 1;

const publicKeySchema = z
  .object({
    kid: z.string().meta({
      description: 'The thumbprint of the key (RFC 7638)',
      examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    }),
    key: z.string().meta({
      description: 'The public key as Standard Webhooks write it: whpk_ and 32 bytes in base64',
      pattern: '^whpk_[A-Za-z0-9+/]{43}=$',
      examples: ['whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
    }),
    until: instantSchema.optional().describe('Until when it signs; absent: it is the current one'),
  })
  .meta({ id: 'PublicKey', description: 'What a receiver verifies v1a signatures with' });

/** Of a later release there may be more than there are now. */
export const payloadVersionSchema = z.int().min(1);

const webhookFields = {
  id: webhookIdSchema,
  name: z.string().meta({ description: 'What people call it', examples: ['Splunk, production'] }),
  url: z.string().meta({
    description: 'Where findings go; of a URL that is itself a credential the origin and a mask',
    examples: ['https://siem.example.com/thalian', 'https://hooks.slack.com/***'],
  }),
  format: z.string().meta({ description: 'Id of its format; cannot be changed', examples: ['splunk-hec'] }),
  options: z
    .record(z.string(), z.string())
    .meta({ description: "The format's options by name, with defaults filled in", examples: [{ index: 'security' }] }),
  alerts: alertRuleSchema,
  pace: paceSchema
    .optional()
    .describe("The pace that its tenant has set; absent: the destination's own limit is kept to, if it has one"),
  // The last three are absent in responses of version 0.1.0, which a page reads during a deploy.
  payloadVersion: payloadVersionSchema
    .default(1)
    .describe(
      'What it gets, and in which shape: the newest version of when it was connected, until a person changes it',
    ),
  newestPayloadVersion: payloadVersionSchema.default(1).describe('The newest version there is'),
  events: eventsSchema.default(['detected']),
  digest: digestSchema.optional().describe('Absent: each finding goes at once'),
  firstSync: firstSyncSchema.default('all'),
  noticesTo: webhookIdSchema
    .optional()
    .describe('The webhook that gets notices about this one; if it is deleted, none does'),
  oauth: oauthSchema.optional(),
  challenge: z
    .object({
      isVerified: z.boolean().describe('Whether the URL as it is has answered one'),
      verifiedAt: instantSchema.optional().describe('When'),
    })
    .optional()
    .describe('There if alerts can be turned on only after its address has answered a challenge'),
  pull: z
    .object({
      only: z.boolean().describe('Nothing is sent: the receiver reads all of it'),
      since: instantSchema.describe('What was published from this instant on is listed, for 30 days'),
      // Absent in responses of a version without manifests, which a page reads during a deploy.
      manifests: z.boolean().default(false).describe('Whether each hour the manifest of the hour before is sent'),
      manifestsSince: instantSchema
        .optional()
        .describe('Of each hour that begins at this instant or later there is a manifest; absent without them'),
    })
    .optional()
    .describe('There if what is due to it is also listed: GET …/events'),
  state: z.enum(['enabled', 'paused', 'disabled']).meta({
    description:
      'enabled: findings are sent. paused: by a person; findings are not kept. disabled: by the service, or by the platform team; findings are held.',
    examples: ['enabled'],
  }),
  stateReason: z
    .enum(['gone', 'requested', 'failing'])
    .optional()
    .meta({
      description:
        'Why it is disabled. gone: the receiver answered 410; requested: its response had webhook-delivery: disable; failing: nothing was accepted for days; absent: by the platform team',
      examples: ['gone'],
    }),
  isSigned: z.boolean().describe('Whether requests carry signatures'),
  previousSecretUntil: instantSchema.optional().describe('Until when the newest of the earlier secrets signs too'),
  previousSecretsUntil: z
    .array(instantSchema)
    .max(MAX_EARLIER_SECRETS)
    .optional()
    .describe('Until when each of the earlier secrets signs too, the newest first; absent if none does'),
  publicKeys: z
    .array(publicKeySchema)
    .min(1)
    .max(MAX_SIGNING_SECRETS)
    .optional()
    .describe('Of the Ed25519 keys that sign, the current one first; absent without a signing key'),
  jwksPath: z
    .string()
    .optional()
    .meta({
      description: 'Where a receiver reads them, at the origin of this API, without a token; there with publicKeys',
      examples: ['/v1/jwks/acme/wh_3f9c2d0b7a61e85d4c20'],
    }),
  ownHeaders: z
    .int()
    .min(0)
    .max(MAX_CUSTOM_HEADERS)
    .describe('How many headers of its own it has; names and values are write-only'),
  credentials: z
    .array(z.string())
    .meta({ description: 'Names of the credentials it has; values are write-only', examples: [['token']] }),
  revision: z.int().min(1).describe('Grows with every change by a person; the ETag'),
  createdAt: instantSchema.describe('When it was connected'),
  updatedAt: instantSchema.describe('When a person changed it last'),
  updatedBy: z.string().meta({
    description: 'Who changed it last: the e-mail address, or the id that the issuer knows the person by',
    examples: ['jane@acme.example'],
  }),
};

export const webhookSchema = z
  .object({ ...webhookFields, health: healthSchema })
  .meta({ id: 'Webhook', description: 'A connected destination' });

export const changedWebhookSchema = z
  .object({
    ...webhookFields,
    signingSecret: z
      .string()
      .optional()
      .meta({
        description: 'A secret that was generated by this request: whsec_ and 32 bytes in base64. Shown this once.',
        examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='],
      }),
  })
  .meta({ id: 'ChangedWebhook', description: 'The webhook after a change' });

export const webhookListSchema = z
  .object({
    webhooks: z.array(webhookSchema).describe('The one connected first comes first'),
    limit: z.int().min(1).describe('How many a tenant may have'),
    unreadFindings: z
      .object({
        count: z
          .int()
          .min(1)
          .meta({ description: 'How many, at least', examples: [3] }),
        latestAt: instantSchema.describe('When the latest of them came'),
      })
      .optional()
      .describe(
        'There if findings of the tenant could not be read in the last seven days, and so went to no webhook. The operator has them.',
      ),
  })
  .meta({ id: 'WebhookList', description: 'All webhooks of the tenant' });

export type WebhookList = z.output<typeof webhookListSchema>;
export type WebhookResponse = z.output<typeof webhookSchema>;
export type ChangedWebhookResponse = z.output<typeof changedWebhookSchema>;

export function toWebhookResponse(webhook: Webhook, nowMillis: number): Omit<WebhookResponse, 'health'> {
  const { format, state, secretContents: contents } = webhook;
  const previousUntil = (contents?.previousUntil ?? []).filter((until) => nowMillis < until).map(toInstant);
  const [newestUntil] = previousUntil;
  return {
    id: webhook.webhookId,
    name: webhook.name,
    url: findFormat(format.id)?.urlIsCredential ? webhook.url + URL_MASK : webhook.url,
    format: format.id,
    options: { ...format.options },
    alerts: toAlertRule(webhook.alerts),
    ...(webhook.pace && { pace: { ...webhook.pace } }),
    payloadVersion: payloadVersionOf(webhook),
    newestPayloadVersion: NEWEST_PAYLOAD_VERSION,
    events: [...chosenEvents(webhook)],
    ...(webhook.digest && { digest: { ...webhook.digest } }),
    firstSync: webhook.firstSync ?? 'all',
    ...(webhook.noticesTo && { noticesTo: webhook.noticesTo }),
    ...(webhook.oauth && { oauth: { ...webhook.oauth } }),
    ...toChallenge(webhook),
    ...(webhook.pull && { pull: toPull(webhook.pull) }),
    state: state.kind,
    ...(state.kind === 'disabled' && state.reason && { stateReason: state.reason }),
    isSigned: contents?.isSigned ?? false,
    ...(newestUntil !== undefined && { previousSecretUntil: newestUntil, previousSecretsUntil: previousUntil }),
    ...toPublicKeys(webhook, nowMillis),
    ownHeaders: contents?.customHeaders ?? 0,
    credentials: [...(contents?.credentials ?? [])],
    revision: webhook.revision,
    createdAt: toInstant(webhook.createdAt),
    updatedAt: toInstant(webhook.updatedAt),
    updatedBy: webhook.updatedBy,
  };
}

function toChallenge(webhook: Webhook): Pick<WebhookResponse, 'challenge'> {
  const { challenge } = webhook;
  if (challenge === undefined) {
    return {};
  }
  const isVerified = !isUnverified(webhook);
  return {
    challenge: {
      isVerified,
      ...(isVerified && challenge.verified && { verifiedAt: toInstant(challenge.verified.at) }),
    },
  };
}

function toPublicKeys(
  { tenantId, webhookId, secretContents }: Webhook,
  nowMillis: number,
): Pick<WebhookResponse, 'publicKeys' | 'jwksPath'> {
  const keys = secretContents?.publicKeys;
  return keys === undefined
    ? {}
    : {
        publicKeys: keysInUse(keys, nowMillis).map((key) => ({
          kid: key.kid,
          key: toPublicText(key),
          ...(key.until !== undefined && { until: toInstant(key.until) }),
        })),
        jwksPath: jwksPathOf(tenantId, webhookId),
      };
}

function toAlertRule({ platforms, categories, affectedTypes, ...rule }: AlertRule): WebhookResponse['alerts'] {
  return {
    ...rule,
    ...(platforms && { platforms: [...platforms] }),
    ...(categories && { categories: [...categories] }),
    ...(affectedTypes && { affectedTypes: [...affectedTypes] }),
  };
}

function toPull({ since, only, manifestsSince }: Pull): NonNullable<WebhookResponse['pull']> {
  return {
    only,
    since: toInstant(since),
    manifests: manifestsSince !== undefined,
    ...(manifestsSince !== undefined && { manifestsSince: toInstant(manifestsSince) }),
  };
}
