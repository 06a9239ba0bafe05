/**
 * The API on ports that hold two tenants' webhooks, secrets and deliveries of every kind. Everything of a tenant has the
 * tenant's name in it, so that whatever shows in the other's answers is seen.
 */
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';
import { sealCursor } from '../../../shared/api/cursor.ts';
import type { DeliveryRow, DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import { deliveryIdOf, detectedAtOf } from '../../../shared/delivery/delivery-id.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import { useSecret, type Webhook, type WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { type ApiWorld, anApiWorld } from '../../fakes/api-world.ts';
import { EchoingWebhookClient } from '../../fakes/echoing-webhook-client.ts';

export const TENANTS = ['vega', 'rigel'] as const;
export type TenantName = (typeof TENANTS)[number];

/** In every secret, given or stored: no answer may show any part of one that holds it. */
export const SECRET_MARK = 'sk-live-';

const SETTINGS: readonly (readonly [string, Partial<Webhook>, WebhookSecret])[] = [
  [
    'json',
    { pace: { perMinute: 30 }, pull: { since: Date.UTC(2026, 10, 1), only: false } },
    { headers: { 'X-Api-Key': `${SECRET_MARK}header` } },
  ],
  [
    'slack',
    { url: 'https://hooks.slack.com', state: { kind: 'paused' } },
    {
      url: `https://hooks.slack.com/services/${SECRET_MARK}token-of-slack`,
      signing: {
        current: `${SECRET_MARK}third-of-three`,
        previous: ['second', 'first'].map((which) => ({
          secret: `${SECRET_MARK}${which}-of-three`,
          until: Date.UTC(2027, 0),
        })),
      },
    },
  ],
  [
    'splunk-hec',
    {
      state: { kind: 'disabled', reason: 'failing' },
      health: { failuresInARow: 5, exhaustedCount: 20, failingSince: 7 },
    },
    { credentials: { token: `${SECRET_MARK}token` } },
  ],
];

const STATUSES: readonly (readonly [DeliveryStatus, Partial<DeliveryRow>])[] = [
  ['delivered', { attempts: [anAttempt({ statusCode: 204 })] }],
  ['pending', { attempts: [anAttempt()], nextAttemptAt: Date.UTC(2026, 10, 23, 10, 1) }],
  [
    'failed',
    {
      reason: 'exhausted',
      lastAttempt: 4,
      attempts: [1, 2, 3, 4].map((number) => anAttempt({ number, response: 'Not now', duplicate: true })),
      failedAt: Date.UTC(2026, 10, 23, 10, 0, 4),
      ticketSentAt: 1,
    },
  ],
  ['held', { reason: 'webhook-disabled', lastAttempt: 0, failedAt: Date.UTC(2026, 10, 23, 9) }],
  ['cancelled', { reason: 'alerts-off', lastAttempt: 0 }],
  ['pending', { lastAttempt: 0, waitingSince: Date.UTC(2026, 10, 23, 10) }],
];

/** Two of each status, each detected a minute before the one before it. */
function rowsOf({ tenantId, webhookId }: Webhook): readonly DeliveryRow[] {
  return [...STATUSES, ...STATUSES].map(([status, settings], index) => {
    const detectedAt = new Date(Date.UTC(2026, 10, 23, 10) - index * 60_000).toISOString();
    const finding = aCanonicalFinding({ id: `fnd_${index}`, title: `Finding of ${tenantId}`, detectedAt });
    const deliveryId = deliveryIdOf(tenantId, webhookId, detectedAt, finding);
    return aDeliveryRow({ tenantId, webhookId, deliveryId, status, finding, ...settings });
  });
}

function webhooksOf(tenant: TenantName): readonly (readonly [Webhook, WebhookSecret])[] {
  return SETTINGS.map(([format, settings, rest]) => {
    const webhook = aWebhook({
      tenantId: aTenantId(tenant),
      webhookId: aWebhookId(`wh_${tenant}_${format}`),
      name: `${format} of ${tenant}`,
      url: `https://siem.${tenant}.example/in`,
      format: { id: format, options: format === 'splunk-hec' ? { index: tenant } : {} },
      updatedBy: `person@${tenant}.example`,
      ...settings,
    });
    return [webhook, { signing: { current: `${SECRET_MARK}signing-of-${tenant}` }, ...rest }];
  });
}

const all = TENANTS.flatMap(webhooksOf);

export interface KnownDelivery {
  readonly webhookId: string;
  readonly deliveryId: string;
}

export const WEBHOOK_IDS: readonly string[] = all.map(([{ webhookId }]) => webhookId);
export const DELIVERIES: readonly KnownDelivery[] = all.flatMap(([webhook]) => rowsOf(webhook));

/** Longer ago than events are kept. */
const EXPIRED_POSITION = '2026-10-01T00:00:00.000Z';

/** Cursors of every list and both tenants: each is good for one list only. */
export const CURSORS: readonly string[] = all.flatMap(([{ tenantId, webhookId }]) => {
  const last = DELIVERIES.find((delivery) => delivery.webhookId === webhookId)?.deliveryId ?? '';
  const events = ['2026-11-23T09:30:00.000Z', EXPIRED_POSITION].map((position) =>
    sealCursor('the-cursor-key', { tenantId, webhookId, list: 'events' }, [position]),
  );
  const lists = ['log:all', 'log:failed', 'failures:failed', 'failures:held', 'retry:failed::'];
  const others = lists.map((list) =>
    sealCursor('the-cursor-key', { tenantId, webhookId, list }, list.startsWith('log') ? [last] : ['9e15', last]),
  );
  return [...others, ...events];
});

export interface TwoTenants {
  readonly world: ApiWorld;
  readonly deps: ApiDependencies;
  /** Of the receivers, all of which echo. */
  readonly client: EchoingWebhookClient;
}

export async function aWorldOfTwoTenants(): Promise<TwoTenants> {
  const world = anApiWorld({ rows: all.flatMap(([webhook]) => rowsOf(webhook)) });
  for (const [webhook, secret] of all) {
    const { tenantId, webhookId } = webhook;
    const reference = await world.secrets.create(tenantId, webhookId, world.deps.newId(), secret);
    await world.store.add(tenantId, useSecret(webhook, reference, secret));
  }
  for (const row of all.flatMap(([webhook]) => rowsOf(webhook))) {
    const { tenantId, webhookId, deliveryId, finding } = row;
    const message = { tenantId, webhookId, deliveryId, finding, attempt: 1, attemptLimit: 4 };
    await world.events.add([message], detectedAtOf(deliveryId) ?? 0);
  }
  const client = new EchoingWebhookClient();
  return { world, client, deps: { ...world.deps, client } };
}

/** Everything that is kept of a tenant, as text to compare. */
export function keptOf({ world, client }: TwoTenants, tenant: TenantName): string {
  const { store, secrets, log, queues, announcer, requests, noticeAddresses, mails } = world;
  const isTheirs = ({ tenantId }: { readonly tenantId: TenantId }) => tenantId === tenant;
  return JSON.stringify([
    [...store.webhooks.values()].filter(isTheirs),
    [...secrets.versions].filter(([arn]) => arn.includes(tenant)).map(([arn, versions]) => [arn, ...versions]),
    [...log.rows.values()].filter(isTheirs),
    queues.retries.filter(({ message }) => isTheirs(message)),
    announcer.announcements.filter(isTheirs),
    [...noticeAddresses.lists].filter(([tenantId]) => isTheirs({ tenantId })),
    mails.queued.filter(isTheirs),
    [...requests.records].filter(([name]) => name.startsWith(`${tenant}\n`)),
    client.requests.filter(({ url, body }) => `${url} ${body}`.includes(tenant)),
  ]);
}

/** Versions that webhooks name and that cannot be read: `send` could send nothing for them any more. */
export function danglingSecrets({ world: { store, secrets } }: TwoTenants): readonly string[] {
  return [...store.webhooks.values()]
    .filter(({ secret }) => secret !== undefined && !secrets.versions.get(secret.arn)?.has(secret.versionId))
    .map(({ webhookId }) => webhookId);
}
