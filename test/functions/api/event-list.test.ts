import fc from 'fast-check';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../../shared/attempt/outgoing-request.schema.ts';
import { listEvents } from '../../../shared/delivery/list-events.flow.ts';
import { CLOCKS_DIFFER_MILLIS, EVENTS_KEPT_MILLIS, HORIZON_MILLIS } from '../../../shared/delivery/listed-event.ts';
import { MOST_IN_MANIFEST } from '../../../shared/delivery/read-manifest.flow.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import type { DeliveryId } from '../../../shared/runtime/ids.ts';
import { useSecret, type Webhook, type WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding, aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { type ApiWorld, anApiWorld, claimsOf } from '../../fakes/api-world.ts';

const EVENTS = '/v1/webhooks/wh_siem/events';
const PULL = { since: Date.UTC(2026, 10, 2), only: false };

async function aWorld(webhook: Partial<Webhook> = {}, secret?: WebhookSecret): Promise<ApiWorld> {
  const world = anApiWorld();
  const plain = aWebhook({ pull: PULL, ...webhook });
  const { tenantId, webhookId } = plain;
  const stored =
    secret === undefined
      ? plain
      : useSecret(plain, await world.secrets.create(tenantId, webhookId, 'v1', secret), secret);
  await world.store.add(tenantId, stored);
  return world;
}

function aMessage(id: string, of: Partial<ReturnType<typeof aDeliveryMessage>> = {}) {
  return aDeliveryMessage({ finding: aCanonicalFinding({ id }), ...of });
}

/** Listed now, and settled by when this ends. */
async function list(world: ApiWorld, ...ids: readonly string[]): Promise<readonly DeliveryId[]> {
  const messages = ids.map((id) => aMessage(id));
  for (const message of messages) {
    await world.events.add([message], world.clock.now());
    world.clock.moveOn(1_000);
  }
  world.clock.moveOn(HORIZON_MILLIS);
  return messages.map(({ deliveryId }) => deliveryId);
}

/** A receiver that keeps what it has read and where it is. */
function aFollower(world: ApiWorld) {
  const seen: string[] = [];
  let cursor: string | undefined;
  return {
    seen,
    cursor: () => cursor,
    async catchUp(limit = 100) {
      for (let hasMore = true; hasMore; ) {
        const query = `limit=${limit}${cursor === undefined ? '' : `&after=${cursor}`}`;
        const { status, json } = await world.ask('GET', `${EVENTS}?${query}`);
        expect(status).toBe(200);
        seen.push(...json.events.map(({ id }: { readonly id: string }) => id));
        ({ hasMore, nextCursor: cursor } = json);
      }
    },
  };
}

describe('the events of a webhook', () => {
  it('are read in the order in which they were listed, page by page, each once', async () => {
    const world = await aWorld();
    const ids = await list(world, 'b', 'c', 'a', 'd', 'e');
    const follower = aFollower(world);
    await follower.catchUp(2);
    expect(follower.seen).toEqual(ids);
    await follower.catchUp();
    expect(follower.seen).toEqual(ids);
    const later = await list(world, 'f');
    await follower.catchUp();
    expect(follower.seen).toEqual([...ids, ...later]);
  });

  it('come with the body and the headers that a request has, so that one verifier does for both', async () => {
    const secret = { signing: { current: `whsec_${'A'.repeat(32)}` }, headers: { 'X-Api-Key': 'of the receiver' } };
    const world = await aWorld({}, secret);
    await list(world, 'a');
    const { json } = await world.ask('GET', EVENTS);
    const [event] = json.events;
    const webhook = await world.store.find(aTenantId(), aWebhookId());
    const format = findFormat('json');
    const message = aMessage('a');
    const sent =
      webhook &&
      format &&
      buildRequest({
        ...{ webhook, secret, format, deliveryId: message.deliveryId, nowMillis: world.clock.now() },
        finding: aFinding({ id: 'a' }),
      });
    expect(event.body).toBe(sent?.body);
    const { 'x-api-key': _, 'user-agent': _agent, ...ours } = sent?.headers ?? {};
    expect(event.headers).toEqual(ours);
    const verifier = new Verifier(secret.signing.current);
    // The library goes by the clock of this machine.
    const at = Number(event.headers['webhook-timestamp']) * 1000;
    expect(verifier.sign(event.id, new Date(at), event.body)).toBe(event.headers['webhook-signature']);
  });

  it('show no credential, also of a format that sends it in the body', async () => {
    const credentials = { routingKey: 'R0UT1NGKEY0000000000000000000000' };
    const world = await aWorld({ format: { id: 'pagerduty', options: {} } }, { credentials });
    await list(world, 'a');
    const { text, json } = await world.ask('GET', EVENTS);
    expect(JSON.parse(json.events[0].body)).toMatchObject({ routing_key: '***' });
    expect(text).not.toContain(credentials.routingKey);
  });

  it('come without them if they are not wanted', async () => {
    const world = await aWorld();
    const [id] = await list(world, 'a');
    const { json } = await world.ask('GET', `${EVENTS}?bodies=false`);
    const { title, severity } = aFinding();
    expect(json.events).toEqual([
      { id, listedAt: expect.any(String), finding: { id: 'a', title, severity: severity.level } },
    ]);
  });

  it('are given in a span', async () => {
    const world = await aWorld();
    const start = world.clock.now();
    const ids = await list(world, 'a', 'b', 'c');
    const at = (seconds: number) => encodeURIComponent(new Date(start + seconds * 1000).toISOString());
    const { json } = await world.ask('GET', `${EVENTS}?since=${at(1)}&until=${at(2)}`);
    expect(json.events.map(({ id }: { readonly id: string }) => id)).toEqual([ids[1]]);
    expect(json.hasMore).toBe(false);
  });

  it.each(['until=1970-01-01T00:00:00Z', 'since=9999-12-31T23:59:59-14:00'])(
    'are none in a span at the end of time: %s',
    async (span) => {
      const world = await aWorld();
      await list(world, 'a');
      expect((await world.ask('GET', `${EVENTS}?${span}`)).json).toMatchObject({ events: [], hasMore: false });
    },
  );

  it('fill a response only as far as API Gateway takes it', async () => {
    const world = await aWorld();
    const description = 'x'.repeat(4_000);
    const attributes = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key${n}`, '\u0001'.repeat(256)]));
    for (let number = 0; number < 100; number += 1) {
      const finding = aCanonicalFinding({ id: `fnd_${number}`, description, attributes });
      await world.events.add([aDeliveryMessage({ finding })], world.clock.now());
    }
    world.clock.moveOn(HORIZON_MILLIS + 1);
    const { text, json } = await world.ask('GET', EVENTS);
    expect(Buffer.byteLength(text)).toBeLessThan(4_000_000);
    expect(json.hasMore).toBe(true);
    const follower = aFollower(world);
    await follower.catchUp();
    expect(new Set(follower.seen).size).toBe(100);
  });

  it('are not given before the list is settled', async () => {
    const world = await aWorld();
    await world.events.add([aMessage('a')], world.clock.now());
    const seen = async () => (await world.ask('GET', EVENTS)).json.events.length;
    world.clock.moveOn(HORIZON_MILLIS);
    expect(await seen()).toBe(0);
    world.clock.moveOn(1);
    expect(await seen()).toBe(1);
  });

  it('reach a follower whole, however slow writes are and however clocks differ', async () => {
    const skew = fc.integer({ min: -CLOCKS_DIFFER_MILLIS / 2, max: CLOCKS_DIFFER_MILLIS / 2 });
    const writes = fc.array(
      fc.record({ pauses: fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 4 }), skew }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(writes, skew, async (each, ofReader) => {
        const world = await aWorld();
        const follower = aFollower(world);
        const trueNow = world.clock.now.bind(world.clock);
        let clockNow = () => trueNow() + ofReader;
        world.deps.clock.now = () => clockNow();
        const acknowledged: string[] = [];
        for (const [index, { pauses, skew: ofWriter }] of each.entries()) {
          const left = [...pauses];
          world.events.whileWriting = async () => {
            // While a write is under way the follower reads on.
            for (const pause of left.splice(0, 2)) {
              world.clock.moveOn(pause);
              await follower.catchUp(2);
            }
          };
          const message = aMessage(`fnd_${index}`);
          const writer = { events: world.events, clock: { now: () => trueNow() + ofWriter } };
          const unlisted = await listEvents(writer, [{ queue: 'delivery', message, pull: PULL }]);
          if (unlisted.size === 0) {
            acknowledged.push(message.deliveryId);
          }
          await follower.catchUp(2);
        }
        world.clock.moveOn(HORIZON_MILLIS + 2 * CLOCKS_DIFFER_MILLIS);
        await follower.catchUp(2);
        clockNow = trueNow;
        expect(acknowledged.filter((id) => !follower.seen.includes(id))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('whose events', () => {
  it('they are, the token says: those of another tenant are never given', async () => {
    const world = await aWorld();
    const globex = aTenantId('globex');
    await world.store.add(globex, aWebhook({ tenantId: globex, pull: PULL }));
    await world.events.add([aMessage('theirs', { tenantId: globex })], world.clock.now());
    await list(world, 'ours');
    const ids = async (tenantId: string) =>
      (await world.ask('GET', EVENTS, { tenantId })).json.events.map(
        ({ finding }: { readonly finding: { readonly id: string } }) => finding.id,
      );
    expect([await ids('acme'), await ids('globex')]).toEqual([['ours'], ['theirs']]);
  });

  it('a cursor is for, it says itself: of another tenant or webhook it is refused, and a changed one', async () => {
    const world = await aWorld();
    const globex = aTenantId('globex');
    await world.store.add(globex, aWebhook({ tenantId: globex, pull: PULL }));
    await world.store.add(aTenantId(), aWebhook({ webhookId: aWebhookId('wh_other'), pull: PULL }));
    await list(world, 'a');
    const cursor = (await world.ask('GET', EVENTS)).json.nextCursor;
    const changed = `${cursor.slice(0, -4)}AAAA`;
    const responses = [
      await world.ask('GET', `${EVENTS}?after=${cursor}`, { tenantId: 'globex' }),
      await world.ask('GET', `/v1/webhooks/wh_other/events?after=${cursor}`),
      await world.ask('GET', `${EVENTS}?after=${changed}`),
      await world.ask('GET', `${EVENTS}?after=${(await world.ask('GET', EVENTS)).json.nextCursor}`),
    ];
    expect(responses.map(({ status }) => status)).toEqual([400, 400, 400, 200]);
  });

  it('do not show that they exist: 404 for a webhook of another tenant and for none, 403 without the permission', async () => {
    const world = await aWorld();
    const paths = [EVENTS, `${EVENTS}/manifest?since=2026-11-23T09:00:00Z&until=2026-11-23T09:30:00Z`];
    for (const path of paths) {
      expect((await world.ask('GET', path, { tenantId: 'globex' })).status).toBe(404);
      expect((await world.ask('GET', path, { claims: claimsOf('acme', '[]') })).status).toBe(403);
      expect((await world.ask('GET', path)).status).toBe(200);
    }
  });

  it('count against the budget of requests of their tenant', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ pull: PULL })], requestsPerMinute: 0 });
    const statuses = new Set<number>();
    for (let request = 0; request < 40; request += 1) {
      statuses.add((await world.ask('GET', EVENTS)).status);
    }
    expect([...statuses]).toEqual([200, 429]);
  });
});

describe('what is refused', () => {
  it('is a webhook whose events are not listed', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    for (const path of [EVENTS, `${EVENTS}/manifest?since=2026-11-23T09:00:00Z&until=2026-11-23T09:30:00Z`]) {
      expect(await world.ask('GET', path)).toMatchObject({
        status: 409,
        json: { type: 'urn:thalian:webhooks:problem:events-not-listed' },
      });
    }
  });

  it('is a cursor after which events have expired, so that no gap stays unseen', async () => {
    const world = await aWorld();
    await list(world, 'a');
    const cursor = (await world.ask('GET', EVENTS)).json.nextCursor;
    world.clock.moveOn(EVENTS_KEPT_MILLIS - 60_000);
    expect((await world.ask('GET', `${EVENTS}?after=${cursor}`)).status).toBe(200);
    world.clock.moveOn(120_000);
    expect((await world.ask('GET', `${EVENTS}?after=${cursor}`)).status).toBe(410);
    expect((await world.ask('GET', EVENTS)).json.events).toEqual([]);
  });
});

describe('the manifest of a span', () => {
  const manifestOf = (world: ApiWorld, since: number, until: number) => {
    const query = [since, until].map((at) => new Date(at).toISOString());
    return world.ask('GET', `${EVENTS}/manifest?since=${query[0]}&until=${query[1]}`);
  };

  it('counts a delivery that was listed twice once', async () => {
    const world = await aWorld();
    const start = world.clock.now();
    const ids = await list(world, 'a', 'b', 'a');
    const { json } = await manifestOf(world, start, start + 3_000);
    expect(json).toMatchObject({ count: 2, first: [...ids].sort()[0], last: [...ids].sort().at(-1) });
    expect(json.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await manifestOf(world, start, start + 1_000)).json).toMatchObject({ count: 1, first: ids[0] });
  });

  it('is made once the span is settled, and not earlier', async () => {
    const world = await aWorld();
    const now = world.clock.now();
    expect(await manifestOf(world, now - 1_000, now)).toMatchObject({
      status: 409,
      headers: { 'retry-after': String(HORIZON_MILLIS / 1000) },
    });
    expect((await manifestOf(world, now, now)).status).toBe(400);
    expect(await manifestOf(world, now - EVENTS_KEPT_MILLIS - 1, now)).toMatchObject({
      status: 410,
      json: { detail: 'Events are kept for 30 days: choose a later `since`.' },
    });
    world.clock.moveOn(HORIZON_MILLIS);
    expect((await manifestOf(world, now - 1_000, now)).status).toBe(200);
  });

  it('is refused for more events than one call can read', async () => {
    const world = await aWorld();
    let looked = 0;
    const [{ deliveryId }, listedAt] = [aMessage('a'), world.clock.now()];
    world.events.readKeys = async (_tenantId, _webhookId, _span, limit) => {
      looked += limit;
      return { events: Array.from({ length: limit }, () => ({ deliveryId, listedAt })), isCut: true };
    };
    const refused = await manifestOf(world, listedAt - 60_000, listedAt - HORIZON_MILLIS);
    expect(looked).toBeGreaterThan(MOST_IN_MANIFEST);
    expect(looked).toBeLessThan(2 * MOST_IN_MANIFEST);
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ field: 'until' }] } });
  });
});
