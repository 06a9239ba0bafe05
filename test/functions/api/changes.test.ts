/** What a page that stays open asks: whether there is a change, and then everything that it shows. */
import { describe, expect, it } from 'vitest';
import { CHUNK_REQUESTS, FREE_REQUESTS } from '../../../functions/api/request-limit.ts';
import { type ChangesRequest, MOST_READS } from '../../../shared/api/changes.schema.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { deliveryIdOf } from '../../../shared/delivery/delivery-id.ts';
import { HORIZON_MILLIS } from '../../../shared/delivery/listed-event.ts';
import { PRODUCTION_REQUESTS_PER_MINUTE } from '../../../shared/topology/api-limits.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { type ApiWorld, anApiWorld } from '../../fakes/api-world.ts';

const READS = ['/v1/webhooks/wh_siem', '/v1/webhooks/wh_siem/deliveries?limit=5', '/v1/webhooks/wh_siem/stats?hours=2'];

const LATER = '2026-11-23T09:59:00.000Z';

/** The newer of the two rows was attempted last, so that nothing but its status shows that the older one changes. */
const newer = aDeliveryRow({
  deliveryId: deliveryIdOf(aTenantId(), aWebhookId(), LATER, aCanonicalFinding({ id: 'newer', detectedAt: LATER })),
  finding: aCanonicalFinding({ id: 'newer', detectedAt: LATER }),
  status: 'delivered',
  attempts: [anAttempt({ statusCode: 200, at: Date.parse(LATER) + 3_600_000 })],
});

const NOON = Date.UTC(2026, 10, 23, 12);

function aRowAt(detectedAt: string, overrides: Partial<DeliveryRow> = {}): DeliveryRow {
  const finding = aCanonicalFinding({ detectedAt });
  return aDeliveryRow({
    deliveryId: deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, finding),
    finding,
    status: 'delivered',
    attempts: [anAttempt({ statusCode: 200, at: NOON })],
    ...overrides,
  });
}

function aWorld() {
  return anApiWorld({
    webhooks: [aWebhook(), aWebhook({ webhookId: aWebhookId('wh_other') })],
    rows: [aDeliveryRow({ status: 'delivered', attempts: [anAttempt({ statusCode: 503 })] }), newer],
  });
}

function ask(world: ApiWorld, body: Partial<ChangesRequest>, tenantId = 'acme') {
  return world.ask('POST', '/v1/changes', { body: { webhookId: 'wh_siem', reads: READS, ...body }, tenantId });
}

it('responds first with all that the page shows, each as its own route has it', async () => {
  const world = aWorld();
  const { status, json } = await ask(world, {});
  expect([status, json.hasChanged]).toEqual([200, true]);
  const alone = await Promise.all(READS.map((path) => world.ask('GET', path)));
  expect(json.reads).toEqual(alone.map((response) => ({ status: 200, body: response.json })));
});

it('is the mark alone while nothing changes, however much time passes', async () => {
  const world = aWorld();
  const { mark } = (await ask(world, {})).json;
  world.clock.moveOn(3_600_000);
  expect((await ask(world, { since: mark })).json).toEqual({ mark, hasChanged: false, reads: [] });
  const all = (await ask(world, { webhookId: undefined })).json.mark;
  expect((await ask(world, { webhookId: undefined, since: all })).json.hasChanged).toBe(false);
});

describe('a change is', () => {
  it.each<[string, (world: ApiWorld) => Promise<unknown>]>([
    ['another name', (world) => world.ask('PATCH', '/v1/webhooks/wh_siem', { body: { name: 'Renamed' } })],
    ['a pause', (world) => world.ask('POST', '/v1/webhooks/wh_siem/pause')],
    [
      'an attempt',
      async (world) => {
        const [row] = world.log.rows.values();
        world.log.rows.set([...world.log.rows.keys()][0] ?? '', aDeliveryRow({ ...row, status: 'cancelled' }));
      },
    ],
  ])('%s, of the webhook and of all', async (_what, change) => {
    const world = aWorld();
    const before = (await ask(world, {})).json.mark;
    const allBefore = (await ask(world, { webhookId: undefined })).json.mark;
    await change(world);
    expect((await ask(world, { since: before })).json).toMatchObject({
      hasChanged: true,
      reads: [{ status: 200 }, {}, {}],
    });
    expect((await ask(world, { webhookId: undefined, since: allBefore })).json.hasChanged).toBe(true);
  });

  it('a finding that arrives long after its detection, of a webhook with many newer ones', async () => {
    const newerOnes = Array.from({ length: 101 }, (_, number) =>
      aRowAt(new Date(NOON + number * 60_000).toISOString()),
    );
    const world = anApiWorld({ webhooks: [aWebhook()], rows: newerOnes });
    const { mark } = (await ask(world, {})).json;
    await world.log.putAll([aRowAt('2026-11-20T09:00:00.000Z', { arrivedAt: NOON + 200 * 60_000 })]);
    expect((await ask(world, { since: mark })).json.hasChanged).toBe(true);
  });

  it('not what another webhook is about', async () => {
    const world = aWorld();
    const { mark } = (await ask(world, {})).json;
    await world.ask('PATCH', '/v1/webhooks/wh_other', { body: { name: 'Renamed' } });
    expect((await ask(world, { since: mark })).json.hasChanged).toBe(false);
  });
});

it("reads nothing of another tenant's", async () => {
  const { status } = await ask(aWorld(), {}, 'globex');
  expect(status).toBe(404);
  const { json } = await ask(aWorld(), { webhookId: undefined }, 'globex');
  expect(json.reads.map((read: { status: number }) => read.status)).toEqual([404, 404, 404]);
});

it.each([
  '/v1/formats/json',
  '/v1/formatsandmore',
  '/v1/changes',
  'https://example.com/v1/webhooks',
  '/v1/webhooksandmore',
  '/v1',
])('does not read %s', async (path) => {
  expect((await ask(aWorld(), { reads: [path] })).status).toBe(422);
});

it('reads also the formats, which a page needs to open', async () => {
  const world = aWorld();
  const { json } = await ask(world, { reads: ['/v1/formats', '/v1/webhooks/wh_siem'] });
  expect(json.reads[0]).toEqual({ status: 200, body: (await world.ask('GET', '/v1/formats')).json });
});

it('lets a hundred people open a page within the minute of their tenant', async () => {
  const world = anApiWorld({ webhooks: [aWebhook()], requestsPerMinute: PRODUCTION_REQUESTS_PER_MINUTE });
  const opening = { reads: [...READS, '/v1/formats', '/v1/webhooks'] };
  for (let opened = 0; opened < 100; opened += 1) {
    const { mark } = (await ask(world, opening)).json;
    // In its first minute it asks three times more.
    for (const since of [mark, mark, mark]) {
      expect((await ask(world, { ...opening, since })).status).toBe(200);
    }
  }
});

it('leaves out what is too large together, and never more than a function may respond with', async () => {
  const world = anApiWorld({ webhooks: [aWebhook({ pull: { since: 0, only: false } })] });
  const attributes = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key${n}`, '"'.repeat(256)]));
  for (let number = 0; number < 100; number += 1) {
    const finding = aCanonicalFinding({ id: `fnd_${number}`, description: '"'.repeat(4_000), attributes });
    await world.events.add([aDeliveryMessage({ finding })], world.clock.now());
  }
  world.clock.moveOn(HORIZON_MILLIS + 1);
  const [first = ''] = READS;
  const reads = [first, ...Array.from({ length: MOST_READS - 1 }, () => '/v1/webhooks/wh_siem/events')];
  const { status, text, json } = await ask(world, { reads });
  expect(status).toBe(200);
  // As Lambda hands it on: in a string of JSON.
  expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6 * 1024 * 1024);
  const statuses: readonly number[] = json.reads.map((read: { readonly status: number }) => read.status);
  expect(statuses[0]).toBe(200);
  expect(statuses.at(-1)).toBe(413);
  expect(statuses.filter((of) => of === 200).length).toBeGreaterThan(1);
});

it('counts once in the budget of the tenant, and once more for each ten reads', async () => {
  const world = anApiWorld({ webhooks: [aWebhook()], requestsPerMinute: CHUNK_REQUESTS });
  const request = { reads: Array.from({ length: MOST_READS }, () => '/v1/webhooks/wh_siem') };
  const ofOne = 1 + MOST_READS / 10;
  for (let made = 0; made < 5; made += 1) {
    expect((await ask(world, request)).status).toBe(200);
  }
  const left = FREE_REQUESTS + CHUNK_REQUESTS - 5 * ofOne;
  const statuses: number[] = [];
  for (let made = 0; made <= left; made += 1) {
    statuses.push((await world.ask('GET', '/v1/webhooks/wh_siem')).status);
  }
  expect(statuses.indexOf(429)).toBe(left);
});
