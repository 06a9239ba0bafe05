/** A webhook as the config table keeps it, without its keys. An older item may lack what came later: defaults stand here. */
import * as z from 'zod';
import { SEVERITY_LEVELS } from '../finding/severity.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { SecretContents, Webhook, WebhookState } from './webhook.ts';

const itemSchema = z.object({
  name: z.string(),
  url: z.string(),
  format: z.string(),
  options: z.record(z.string(), z.string()).default({}),
  alerts: z.object({ enabled: z.boolean(), minSeverity: z.enum(SEVERITY_LEVELS) }),
  state: z.enum(['enabled', 'paused', 'disabled']),
  stateReason: z.enum(['gone', 'failing']).exactOptional(),
  secretArn: z.string().exactOptional(),
  secretVersionId: z.string().exactOptional(),
  secretContents: z
    .object({
      isSigned: z.boolean(),
      /** Of the newest previous secret. Version 6493d20 knows no other, and drops `olderUntil` when it writes. */
      previousUntil: z.number().exactOptional(),
      olderUntil: z.array(z.number()).exactOptional(),
      /** The number of custom headers, under the name that deployed items have. */
      ownHeaders: z.int(),
      credentials: z.array(z.string()),
    })
    .exactOptional(),
  revision: z.int(),
  failuresInARow: z.int().default(0),
  failingSince: z.number().exactOptional(),
  exhaustedCount: z.int().default(0),
  createdAt: z.number(),
  updatedAt: z.number(),
  updatedBy: z.string(),
});

export type WebhookItem = z.input<typeof itemSchema>;

export function toWebhookItem(webhook: Webhook): WebhookItem {
  const { format, state, secret, secretContents, health } = webhook;
  return {
    name: webhook.name,
    url: webhook.url,
    format: format.id,
    options: { ...format.options },
    alerts: { ...webhook.alerts },
    state: state.kind,
    ...(state.kind === 'disabled' && { stateReason: state.reason }),
    ...(secret && { secretArn: secret.arn, secretVersionId: secret.versionId }),
    ...(secretContents && { secretContents: toContentsItem(secretContents) }),
    revision: webhook.revision,
    ...health,
    createdAt: webhook.createdAt,
    updatedAt: webhook.updatedAt,
    updatedBy: webhook.updatedBy,
  };
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
  const { format, options, state, stateReason, secretArn, secretVersionId, secretContents, ...rest } = parsed.data;
  const { failuresInARow, failingSince, exhaustedCount, ...settings } = rest;
  return {
    kind: 'parsed',
    webhook: {
      ...settings,
      tenantId,
      webhookId,
      format: { id: format, options },
      state: toState(state, stateReason),
      ...(secretArn !== undefined &&
        secretVersionId !== undefined && { secret: { arn: secretArn, versionId: secretVersionId } }),
      ...(secretContents && { secretContents: toContents(secretContents) }),
      health: { failuresInARow, exhaustedCount, ...(failingSince !== undefined && { failingSince }) },
    },
  };
}

type ContentsItem = NonNullable<z.output<typeof itemSchema>['secretContents']>;

function toContentsItem({ previousUntil = [], customHeaders, credentials, isSigned }: SecretContents): ContentsItem {
  const [newest, ...older] = previousUntil;
  return {
    isSigned,
    ...(newest !== undefined && { previousUntil: newest }),
    ...(older.length > 0 && { olderUntil: older }),
    ownHeaders: customHeaders,
    credentials: [...credentials],
  };
}

function toContents({
  previousUntil,
  olderUntil = [],
  ownHeaders,
  credentials,
  isSigned,
}: ContentsItem): SecretContents {
  return {
    isSigned,
    ...(previousUntil !== undefined && { previousUntil: [previousUntil, ...olderUntil] }),
    customHeaders: ownHeaders,
    credentials,
  };
}

function toState(state: 'enabled' | 'paused' | 'disabled', reason: 'gone' | 'failing' = 'failing'): WebhookState {
  return state === 'disabled' ? { kind: state, reason } : { kind: state };
}
