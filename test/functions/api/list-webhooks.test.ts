/** The list of fifty webhooks: how many queries it costs, how many at once, and what it says while the log refuses. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { HEALTHS_SIDE_BY_SIDE } from '../../../functions/api/deliveries/health.ts';
import { createApi } from '../../../functions/api/handler.ts';
import { localClientSettings } from '../../../local/aws/local-aws.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { createDynamoDeliveryHistory } from '../../../shared/delivery/delivery-history.dynamo.ts';
import type { DeliveryHistory } from '../../../shared/delivery/delivery-history.port.ts';
import { deliveryIdOf } from '../../../shared/delivery/delivery-id.ts';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { type ApiWorld, anApiWorld, askApi } from '../../fakes/api-world.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryDeliveryHistory } from '../../fakes/memory-delivery-history.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const UNREAD = {
  isFailing: false,
  failed: { count: 0, isCapped: true },
  held: { count: 0, isCapped: true },
  isIncomplete: true,
};

const fifty = Array.from({ length: 50 }, (_, number) =>
  aWebhook({ webhookId: aWebhookId(`wh_${String(number).padStart(2, '0')}`), createdAt: NOON + number }),
);

function rowsOf({ tenantId, webhookId }: Webhook, count: number): DeliveryRow[] {
  return Array.from({ length: count }, (_, number) => {
    const detectedAt = new Date(NOON - number * 1_000).toISOString();
    const finding = aCanonicalFinding({ id: `fnd_${number}`, detectedAt });
    const deliveryId = deliveryIdOf(tenantId, webhookId, detectedAt, finding);
    const isFailed = number % 2 === 1;
    return aDeliveryRow({
      ...{ tenantId, webhookId, deliveryId, finding },
      status: isFailed ? 'failed' : 'delivered',
      attempts: [anAttempt({ at: NOON })],
      ...(isFailed && { failedAt: NOON, reason: 'exhausted', ticketSentAt: 1 }),
    });
  });
}

describe('fifty webhooks on the embedded engine', () => {
  const engines = useEngines();

  /** A client that knows how many of its calls there were, and how many at once. */
  function aCountingClient() {
    const client = new DynamoDBClient(localClientSettings(engines().endpointUrl));
    const calls = { all: 0, underWay: 0, most: 0 };
    client.middlewareStack.add(
      (next) => async (args) => {
        calls.all += 1;
        calls.underWay += 1;
        calls.most = Math.max(calls.most, calls.underWay);
        try {
          return await next(args);
        } finally {
          calls.underWay -= 1;
        }
      },
      { step: 'initialize' },
    );
    return { client, calls };
  }

  it('cost one query each, and two more where the log is long, with few at once', async () => {
    const { dynamo, tables } = engines();
    const store = createDynamoWebhookStore(dynamo, tables.config);
    const log = createDynamoDeliveryLog(dynamo, tables.deliveryLog);
    const [busy = aWebhook(), ...quiet] = fifty;
    await Promise.all(fifty.map((webhook) => store.add(webhook.tenantId, webhook)));
    const rows = [...rowsOf(busy, 150), ...quiet.flatMap((webhook, number) => rowsOf(webhook, number % 3))];
    for (let first = 0; first < rows.length; first += 25) {
      expect(await log.putAll(rows.slice(first, first + 25))).toEqual(new Set());
    }

    const { client, calls } = aCountingClient();
    const { deps } = anApiWorld();
    const app = createApi({
      ...deps,
      webhooks: createDynamoWebhookStore(client, tables.config),
      history: createDynamoDeliveryHistory(client, tables.deliveryLog),
    });
    const { status, json } = await askApi(app, 'GET', '/v1/webhooks');
    client.destroy();
    expect(status).toBe(200);
    expect(json.webhooks.map(({ id }: { id: string }) => id)).toEqual(fifty.map(({ webhookId }) => webhookId));
    const failed = json.webhooks.map(({ health }: { health: { failed: object } }) => health.failed);
    const count = (number: number) => ({ count: number, isCapped: false });
    expect(failed).toEqual([count(75), ...quiet.map((_, number) => count(number % 3 === 2 ? 1 : 0))]);
    // The list itself, a look at each log, and the two counts of the busy one.
    expect(calls.all).toBe(1 + 50 + 2);
    expect(calls.most).toBeLessThanOrEqual(HEALTHS_SIDE_BY_SIDE + 1);
  });
});

describe('fifty webhooks whose log refuses', () => {
  type Latest = ReturnType<DeliveryHistory['readLatest']>;

  function aWorldWith(readLatest: (world: ApiWorld, webhookId: string, read: () => Latest) => Latest) {
    const world = anApiWorld({ webhooks: fifty });
    const { history } = world.deps;
    const stored = new MemoryDeliveryHistory(world.log);
    history.readLatest = (tenantId, webhookId, limit) =>
      readLatest(world, webhookId, () => stored.readLatest(tenantId, webhookId, limit));
    return world;
  }

  const refused = () => Promise.reject(new DependencyUnavailable('delivery-log', 'list deliveries', 'throttled'));

  it('are listed with their configuration, and say that their health is incomplete', async () => {
    const world = aWorldWith(refused);
    const { status, json } = await world.ask('GET', '/v1/webhooks');
    expect(status).toBe(200);
    expect(json.webhooks).toHaveLength(50);
    expect(json.webhooks[49]).toMatchObject({ id: 'wh_49', url: 'https://siem.example/hook', health: UNREAD });
    expect(world.telemetry.failures).toMatchObject([
      { event: 'health.unread', fields: { tenantId: 'acme', webhooks: 50 } },
    ]);
    const one = await world.ask('GET', '/v1/webhooks/wh_07');
    expect(one).toMatchObject({ status: 200, headers: { etag: '"1"' }, json: { id: 'wh_07', health: UNREAD } });
  });

  it('say so of those alone that cannot be read, and what is known without the log', async () => {
    const world = aWorldWith((_world, webhookId, read) => (webhookId === 'wh_07' ? refused() : read()));
    const health = { failuresInARow: 5, exhaustedCount: 1, failingSince: NOON };
    world.store.webhooks.set('acme#wh_07', aWebhook({ webhookId: aWebhookId('wh_07'), createdAt: NOON + 7, health }));
    const { json } = await world.ask('GET', '/v1/webhooks');
    const incomplete = json.webhooks.filter((webhook: { health: object }) => 'isIncomplete' in webhook.health);
    expect(incomplete).toMatchObject([
      { id: 'wh_07', health: { ...UNREAD, isFailing: true, failingSince: new Date(NOON).toISOString() } },
    ]);
  });

  it('are answered in time if the log answers slowly: no read begins once the time for them is over', async () => {
    let reads = 0;
    const world = aWorldWith(({ clock }, _webhookId, read) => {
      reads += 1;
      clock.moveOn(200);
      return read();
    });
    const { status, json } = await world.ask('GET', '/v1/webhooks');
    const incomplete = json.webhooks.filter((webhook: { health: object }) => 'isIncomplete' in webhook.health);
    expect([status, reads, incomplete.length]).toEqual([200, 15, 35]);
  });
});

describe('a tenant some of whose findings could not be read', () => {
  it('sees how many and since when, beside its webhooks', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    expect((await world.ask('GET', '/v1/webhooks')).json).not.toHaveProperty('unreadFindings');
    await world.unread.add(aWebhook().tenantId, 3, world.clock.now());
    expect((await world.ask('GET', '/v1/webhooks')).json).toMatchObject({
      webhooks: [{ id: aWebhook().webhookId }],
      unreadFindings: { count: 3, latestAt: new Date(world.clock.now()).toISOString() },
    });
    expect((await world.ask('GET', '/v1/webhooks', { tenantId: 'globex' })).json).not.toHaveProperty('unreadFindings');
  });

  it('sees its webhooks also while that cannot be looked up', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    world.unread.shut = true;
    const { status, json } = await world.ask('GET', '/v1/webhooks');
    expect([status, json.webhooks.length, json.unreadFindings]).toEqual([200, 1, undefined]);
    expect(world.telemetry.failures).toMatchObject([{ event: 'notice.unread', fields: { tenantId: 'acme' } }]);
  });
});
