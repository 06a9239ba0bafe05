import { describe, expect, it } from 'vitest';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { deliveryIdOf } from '../../../shared/delivery/delivery-id.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { useSecret, type Webhook } from '../../../shared/webhook/webhook.ts';
import { aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld, claimsOf } from '../../fakes/api-world.ts';

const ONE = '/v1/webhooks/wh_siem';
const NOON = Date.UTC(2026, 10, 23, 9);

/** The nth finding of the morning, one a minute. */
function aRow(number: number, overrides: Partial<DeliveryRow> = {}): DeliveryRow {
  const detectedAt = new Date(NOON + number * 60_000).toISOString();
  const finding = aCanonicalFinding({ id: `fnd_${number}`, detectedAt });
  return aDeliveryRow({
    deliveryId: deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, finding),
    finding,
    status: 'delivered',
    attempts: [anAttempt({ statusCode: 200 })],
    ...overrides,
  });
}

function aFailedRow(number: number, overrides: Partial<DeliveryRow> = {}): DeliveryRow {
  return aRow(number, {
    status: 'failed',
    reason: 'exhausted',
    lastAttempt: 4,
    attempts: [1, 2, 3, 4].map((attempt) => anAttempt({ number: attempt, statusCode: 503, response: 'busy' })),
    // Failed in another order than detected.
    failedAt: NOON + 3_600_000 - number * 1_000,
    ticketSentAt: 1,
    ...overrides,
  });
}

/** Since its finding's number in seconds after the hour. */
function aWaitingRow(number: number): DeliveryRow {
  return aRow(number, {
    status: 'pending',
    lastAttempt: 0,
    attempts: [],
    waitingSince: NOON + number * 1_000,
    reconcileAt: NOON + 4 * 3_600_000,
  });
}

function rows(count: number, row: (number: number) => DeliveryRow): DeliveryRow[] {
  return Array.from({ length: count }, (_, number) => row(number));
}

function aWorld(ofLog: readonly DeliveryRow[], webhook: Partial<Webhook> = {}) {
  return anApiWorld({ webhooks: [aWebhook(webhook)], rows: ofLog });
}

type World = ReturnType<typeof aWorld>;

async function allPages(world: World, query: string): Promise<readonly string[][]> {
  const pages: string[][] = [];
  let cursor = '';
  do {
    const { json } = await world.ask('GET', `${ONE}/deliveries?${query}${cursor && `&cursor=${cursor}`}`);
    pages.push(json.deliveries.map(({ finding }: { finding: { id: string } }) => finding.id));
    cursor = json.nextCursor ?? '';
  } while (cursor !== '');
  return pages;
}

describe('the delivery log', () => {
  it('shows the newest detection first, page by page', async () => {
    const world = aWorld(rows(5, aRow));
    expect(await allPages(world, 'limit=2')).toEqual([['fnd_4', 'fnd_3'], ['fnd_2', 'fnd_1'], ['fnd_0']]);
    expect(await allPages(world, 'limit=5')).toEqual([['fnd_4', 'fnd_3', 'fnd_2', 'fnd_1', 'fnd_0']]);
  });

  it('shows a finding that came three days late at the top, or by its detection if that is asked for', async () => {
    const late = aRow(-3 * 24 * 60, { arrivedAt: NOON + 3_600_000 });
    const world = aWorld([...rows(2, aRow), late]);
    expect(await allPages(world, 'limit=2')).toEqual([['fnd_-4320', 'fnd_1'], ['fnd_0']]);
    expect(await allPages(world, 'limit=2&order=detection')).toEqual([['fnd_1', 'fnd_0'], ['fnd_-4320']]);
    const { json } = await world.ask('GET', `${ONE}/deliveries?limit=1`);
    expect(json.deliveries[0]).toMatchObject({
      detectedAt: '2026-11-20T09:00:00.000Z',
      arrivedAt: '2026-11-23T10:00:00.000Z',
    });
  });

  it.each([
    ['search=admin', ['fnd_5', 'fnd_2']],
    ['search=ADMIN%20without', ['fnd_2']],
    ['search=fnd_7', ['fnd_7']],
    ['severity=critical', ['fnd_5']],
    ['severity=critical&search=root', []],
    ['status=pending&search=user', ['fnd_7']],
    ['cause=503', ['fnd_9', 'fnd_8']],
    ['cause=timeout', ['fnd_7']],
    ['cause=timeout-body', ['fnd_7']],
    ['status=failed&cause=503&search=user', ['fnd_8', 'fnd_9']],
    ['status=failed&cause=500', []],
    ['since=2026-11-23T09:05:00Z&until=2026-11-23T09:08:00Z', ['fnd_7', 'fnd_5']],
    ['order=detection&since=2026-11-23T10:05:00%2B01:00&until=2026-11-23T10:08:00%2B01:00', ['fnd_7', 'fnd_5']],
    ['status=failed&since=2026-11-23T09:59:52Z', ['fnd_8']],
    ['since=2026-11-23T09:08:00Z&until=2026-11-23T09:05:00Z', []],
  ])('shows only what %s asks for, over any number of pages', async (query, ids) => {
    const of = (number: number, details: Partial<Finding>, overrides: Partial<DeliveryRow> = {}) =>
      aRow(number, { finding: aCanonicalFinding({ id: `fnd_${number}`, title: 'A user', ...details }), ...overrides });
    const timedOut = { number: 1, at: NOON, millis: 1, error: 'timeout', cause: 'timeout-body' } as const;
    const world = aWorld([
      of(2, { title: 'Admin without MFA' }),
      of(5, { title: 'New admin key', severity: { level: 'critical', score: 99 } }),
      of(7, {}, { status: 'pending', attempts: [timedOut] }),
      aFailedRow(8, { finding: aCanonicalFinding({ id: 'fnd_8', title: 'A user' }) }),
      aFailedRow(9, { finding: aCanonicalFinding({ id: 'fnd_9', title: 'A user' }) }),
    ]);
    expect((await allPages(world, query)).flat()).toEqual(ids);
    expect((await allPages(world, `${query}&limit=1`)).flat()).toEqual(ids);
  });

  it('finds a delivery by its id, whatever else is asked for', async () => {
    const world = aWorld(rows(3, aRow));
    const wanted = aRow(1);
    expect(await allPages(world, `status=failed&search=%20${wanted.deliveryId}`)).toEqual([['fnd_1']]);
    expect(await allPages(world, 'search=dlv_none')).toEqual([[]]);
  });

  it('looks at a bounded part of the log for a page, and says how far it got', async () => {
    const world = aWorld(rows(1_005, aRow));
    const { json } = await world.ask('GET', `${ONE}/deliveries?search=fnd_2`);
    expect(json).toMatchObject({ deliveries: [], searchedBackTo: '2026-11-23T09:05:00.000Z' });
    expect((await allPages(world, 'search=fnd_2')).flat()).toEqual(['fnd_2']);
    const failed = aWorld(rows(1_005, aFailedRow));
    const page = await failed.ask('GET', `${ONE}/deliveries?status=failed&search=fnd_1003`);
    expect(page.json).toMatchObject({ deliveries: [], searchedBackTo: '2026-11-23T09:43:21.000Z' });
    expect((await allPages(failed, 'status=failed&search=fnd_1003')).flat()).toEqual(['fnd_1003']);
    const full = await world.ask('GET', `${ONE}/deliveries?status=delivered&limit=1`);
    expect(full.json).not.toHaveProperty('searchedBackTo');
  });

  it('shows failed ones by when they failed', async () => {
    const world = aWorld([
      ...rows(3, aFailedRow),
      aRow(7),
      aFailedRow(8, { status: 'held', reason: 'webhook-disabled' }),
    ]);
    expect(await allPages(world, 'status=failed&limit=2')).toEqual([['fnd_0', 'fnd_1'], ['fnd_2']]);
    expect(await allPages(world, 'status=held')).toEqual([['fnd_8']]);
    expect(await allPages(world, 'status=delivered')).toEqual([['fnd_7']]);
  });

  it('says of each what became of it', async () => {
    const world = aWorld([aFailedRow(1)]);
    const { json } = await world.ask('GET', `${ONE}/deliveries`);
    expect(json.deliveries).toMatchObject([
      {
        status: 'failed',
        reason: 'exhausted',
        finding: { id: 'fnd_1', severity: { level: 'high', score: 82 }, platform: 'okta' },
        detectedAt: '2026-11-23T09:01:00.000Z',
        attempts: 4,
        attemptLimit: 4,
        lastStatusCode: 503,
        failedAt: '2026-11-23T09:59:59.000Z',
      },
    ]);
  });

  it('says of what waits for its turn how many others do, and until when', async () => {
    const world = aWorld([...rows(300, aWaitingRow), aRow(400), aFailedRow(401)], { pace: { perMinute: 30 } });
    const { json } = await world.ask('GET', `${ONE}/deliveries?status=pending&limit=1`);
    const waiting = {
      since: '2026-11-23T09:04:59.000Z',
      ahead: { count: 299, isCapped: false },
      // One every two seconds.
      expectedAt: new Date(world.clock.now() + 600_000).toISOString(),
    };
    expect(json.deliveries).toEqual([expect.objectContaining({ status: 'pending', attempts: 0, waiting })]);
    const one = await world.ask('GET', `${ONE}/deliveries/${json.deliveries[0].id}`);
    expect(one.json).toMatchObject({ status: 'pending', waiting, attemptLog: [] });
    const others = await world.ask('GET', `${ONE}/deliveries?status=failed`);
    expect(others.json.deliveries[0]).not.toHaveProperty('waiting');
  });

  it('takes a cursor only from the list that it is of', async () => {
    const world = aWorld([...rows(3, aRow), ...rows(3, (number) => aFailedRow(number + 10))]);
    world.store.webhooks.set('acme#wh_other', aWebhook({ webhookId: aWebhookId('wh_other') }));
    world.store.webhooks.set('globex#wh_siem', aWebhook({ tenantId: aTenantId('globex') }));
    const { json } = await world.ask('GET', `${ONE}/deliveries?limit=1`);
    const cursor = json.nextCursor;
    const refused = { status: 400, json: { type: 'urn:thalian:webhooks:problem:invalid-cursor' } };
    expect(await world.ask('GET', `${ONE}/deliveries?status=failed&cursor=${cursor}`)).toMatchObject(refused);
    expect(await world.ask('GET', `${ONE}/deliveries?status=pending&cursor=${cursor}`)).toMatchObject(refused);
    expect(await world.ask('GET', `${ONE}/deliveries?order=detection&cursor=${cursor}`)).toMatchObject(refused);
    expect(await world.ask('GET', `/v1/webhooks/wh_other/deliveries?cursor=${cursor}`)).toMatchObject(refused);
    const foreign = { claims: claimsOf('globex') };
    expect(await world.ask('GET', `${ONE}/deliveries?cursor=${cursor}`, foreign)).toMatchObject(refused);
    expect(await world.ask('GET', `${ONE}/deliveries?cursor=${cursor.slice(0, -2)}AA`)).toMatchObject(refused);
    expect(await world.ask('GET', `${ONE}/deliveries?cursor=x`)).toMatchObject(refused);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'status=lost',
    'cursor=',
    'order=newest',
    'severity=bad',
    'cause=A',
    'since=today',
    'search=',
  ])('refuses %s', async (query) => {
    expect((await aWorld([]).ask('GET', `${ONE}/deliveries?${query}`)).status).toBe(400);
  });
});

describe('one delivery', () => {
  it('has every attempt, with a word on what to do', async () => {
    const attempts = [
      anAttempt({ number: 1, statusCode: 503, response: 'busy' }),
      { number: 2, at: NOON, millis: 12.4, error: 'tls-failed' } as const,
      anAttempt({ number: 3, statusCode: 200 }),
    ];
    const row = aRow(1, { attempts, lastAttempt: 3 });
    const { json } = await aWorld([row]).ask('GET', `${ONE}/deliveries/${row.deliveryId}`);
    expect(json.attemptLog).toMatchObject([
      { number: 1, statusCode: 503, answer: 'busy', advice: expect.stringContaining('503') },
      { number: 2, error: 'tls-failed', millis: 12, advice: expect.stringContaining('certificate') },
      { number: 3, statusCode: 200 },
    ]);
    expect(json.attemptLog[2]).not.toHaveProperty('advice');
    expect(json.finding.remediation.summary).toBe('Disable the account and rotate its credentials.');
  });

  it('has the cause of every attempt, its code, and where a redirect leads', async () => {
    const attempts = [
      { number: 1, at: NOON, millis: 1, error: 'connect-failed', cause: 'unknown', code: 'EODD' } as const,
      anAttempt({ number: 2, statusCode: 302, location: 'https://new.example/hook' }),
      anAttempt({ number: 3, statusCode: 403, cause: 'challenge-page' }),
      // Of a later version, read as one that is not known.
      anAttempt({ number: 4, statusCode: 503, cause: 'unknown' }),
      { number: 5, at: NOON, millis: 1, error: 'tls-failed', cause: 'certificate-expired', code: 'CODE' } as const,
    ];
    const row = aRow(1, { status: 'failed', reason: 'exhausted', attempts, lastAttempt: 5, attemptLimit: 5 });
    const world = aWorld([row]);
    const { json } = await world.ask('GET', `${ONE}/deliveries/${row.deliveryId}`);
    expect(json.attemptLog).toMatchObject([
      { cause: 'unknown', code: 'EODD', advice: expect.stringContaining('the code EODD') },
      { statusCode: 302, location: 'https://new.example/hook', advice: expect.stringContaining('redirect') },
      { cause: 'challenge-page', advice: expect.stringContaining('proxy') },
      { cause: 'unknown', advice: expect.stringContaining('503') },
      { cause: 'certificate-expired', code: 'CODE', advice: expect.stringContaining('expired') },
    ]);
    expect(json.lastCause).toBe('certificate-expired');
    const { deliveries } = (await world.ask('GET', `${ONE}/deliveries`)).json;
    expect(deliveries).toMatchObject([{ lastError: 'tls-failed', lastCause: 'certificate-expired' }]);
  });

  it('shows the request that was sent, without any secret', async () => {
    const row = aFailedRow(1);
    const world = aWorld([row]);
    const value = { signing: { current: 'signing-secret-of-acme' }, credentials: { token: 'token-of-acme' } };
    const reference = await world.secrets.create(aTenantId(), aWebhookId(), 'v1', value);
    const webhook = aWebhook({ format: { id: 'splunk-hec', options: {} } });
    world.store.webhooks.set('acme#wh_siem', useSecret(webhook, reference, value));
    const { json, text } = await world.ask('GET', `${ONE}/deliveries/${row.deliveryId}`);
    expect(json.request).toMatchObject({
      method: 'POST',
      headers: {
        authorization: 'Splunk ***',
        'webhook-id': row.deliveryId,
        'x-thalian-signature': expect.stringMatching(/^t=\d+,v1=\*\*\*$/),
      },
      body: expect.stringContaining('fnd_1'),
    });
    expect(text).not.toMatch(/of-acme/);
  });

  it('that is not there is not found', async () => {
    const world = aWorld([]);
    expect((await world.ask('GET', `${ONE}/deliveries/${aRow(1).deliveryId}`)).status).toBe(404);
    expect((await world.ask('GET', `${ONE}/deliveries/nonsense`)).status).toBe(404);
  });
});

describe('retrying one delivery', () => {
  it.each([
    ['failed', aFailedRow(1)],
    ['held', aFailedRow(1, { status: 'held', reason: 'webhook-disabled' })],
  ])('re-opens a %s one for four more attempts, at once', async (_status, row) => {
    const world = aWorld([row]);
    const response = await world.ask('POST', `${ONE}/deliveries/${row.deliveryId}/retry`);
    expect(response).toMatchObject({ status: 202, json: { status: 'pending', attemptLimit: 8 } });
    expect(world.log.row(row)).toMatchObject({ status: 'pending', reopen: 'user', attemptLimit: 8 });
    expect(world.queues.retries).toMatchObject([
      { delaySeconds: 0, message: { attempt: 5, attemptLimit: 8, reopen: 'user' } },
    ]);
  });

  it.each(['pending', 'delivered', 'cancelled'] as const)('refuses a %s one', async (status) => {
    const row = aRow(1, { status });
    const world = aWorld([row]);
    const response = await world.ask('POST', `${ONE}/deliveries/${row.deliveryId}/retry`);
    expect(response).toMatchObject({ status: 409, json: { type: 'urn:thalian:webhooks:problem:not-retryable' } });
    expect(world.queues.retries).toEqual([]);
  });

  it('opens one retry cycle when two people press in the very same moment', async () => {
    const row = aFailedRow(1);
    const world = aWorld([row]);
    const press = () => world.ask('POST', `${ONE}/deliveries/${row.deliveryId}/retry`);
    await Promise.all([press(), press()]);
    expect(world.log.row(row)).toMatchObject({ status: 'pending', attemptLimit: 8 });
    // One of them cannot tell the other's write from its own; `send` takes the same message but once.
    expect(new Set(world.queues.retries.map(({ message }) => JSON.stringify(message))).size).toBe(1);
    expect((await press()).status).toBe(409);
  });

  it.each([
    ['paused', { kind: 'paused' }],
    ['disabled', { kind: 'disabled', reason: 'gone' }],
  ] as const)('waits until a %s webhook is resumed: the failure would be gone from the card', async (_state, state) => {
    const row = aFailedRow(1);
    const world = aWorld([row], { state });
    const one = await world.ask('POST', `${ONE}/deliveries/${row.deliveryId}/retry`);
    expect(one).toMatchObject({ status: 409, json: { type: 'urn:thalian:webhooks:problem:webhook-not-enabled' } });
    const many = await world.ask('POST', `${ONE}/deliveries/retry`, { body: { status: 'failed' } });
    expect(many.status).toBe(409);
    expect(world.log.row(row)).toEqual(row);
  });

  it('waits until the address has answered the challenge that the webhook asks for', async () => {
    const row = aFailedRow(1);
    const world = aWorld([row], { challenge: {} });
    const one = await world.ask('POST', `${ONE}/deliveries/${row.deliveryId}/retry`);
    expect(one).toMatchObject({ status: 409, json: { type: 'urn:thalian:webhooks:problem:address-unverified' } });
    expect((await world.ask('POST', `${ONE}/deliveries/retry`, { body: { status: 'failed' } })).status).toBe(409);
    expect(world.log.row(row)).toEqual(row);
    expect(world.queues.retries).toEqual([]);
  });

  it('is promised even if the queue is down: the reconciler sends what is missing', async () => {
    const row = aFailedRow(1);
    const world = aWorld([row]);
    world.queues.shut = true;
    expect((await world.ask('POST', `${ONE}/deliveries/${row.deliveryId}/retry`)).status).toBe(202);
    expect(world.log.row(row)?.reconcileAt).toBeGreaterThan(0);
    expect(world.telemetry.failures).toMatchObject([{ event: 'retry.unqueued' }]);
  });

  it('is recognised as ours if the response to the write was lost', async () => {
    const row = aFailedRow(1);
    const world = aWorld([row]);
    const { write } = world.log;
    world.log.write = async (...args) => {
      await write.apply(world.log, args);
      return write.apply(world.log, args);
    };
    expect((await world.ask('POST', `${ONE}/deliveries/${row.deliveryId}/retry`)).status).toBe(202);
    expect(world.queues.retries).toHaveLength(1);
  });
});

describe('retrying many deliveries', () => {
  const retry = (world: World, body: object) => world.ask('POST', `${ONE}/deliveries/retry`, { body });

  it('takes those of the status and the span of failure', async () => {
    const world = aWorld([...rows(10, aFailedRow), aFailedRow(20, { status: 'held', reason: 'webhook-disabled' })]);
    const since = new Date(NOON + 3_600_000 - 6_000).toISOString();
    const until = new Date(NOON + 3_600_000 - 2_000).toISOString();
    expect(await retry(world, { status: 'failed', since, until })).toMatchObject({ status: 200, json: { retried: 4 } });
    const ids = world.queues.retries.map(({ message }) => JSON.parse(message.finding).id);
    expect(ids.sort()).toEqual(['fnd_3', 'fnd_4', 'fnd_5', 'fnd_6']);
  });

  it('takes what the log shows for the same filters, and counts it before', async () => {
    const timeouts = [2, 4].map((number) => aFailedRow(number, { attempts: [anAttempt({ error: 'timeout' })] }));
    const world = aWorld([
      ...rows(5, aFailedRow).filter(({ deliveryId }) => !timeouts.some((row) => row.deliveryId === deliveryId)),
      ...timeouts,
    ]);
    const wanted = { status: 'failed', cause: 'timeout' };
    const log = await world.ask('GET', `${ONE}/deliveries?status=failed&cause=timeout`);
    expect((await retry(world, { ...wanted, countOnly: true })).json).toEqual({ retried: 0, matched: 2 });
    expect(world.queues.retries).toEqual([]);
    expect((await retry(world, wanted)).json).toEqual({ retried: 2 });
    const ids = world.queues.retries.map(({ message }) => message.deliveryId);
    expect(ids.sort()).toEqual(log.json.deliveries.map(({ id }: { id: string }) => id).sort());
    expect((await retry(world, { ...wanted, countOnly: true })).json).toEqual({ retried: 0, matched: 0 });
    expect((await retry(world, { status: 'failed', severity: 'low', countOnly: true })).json.matched).toBe(0);
    const one = aFailedRow(1).deliveryId;
    expect((await retry(world, { status: 'failed', search: one, countOnly: true })).json.matched).toBe(1);
  });

  it('counts what a paused webhook would have to retry, and retries nothing of it', async () => {
    const world = aWorld(rows(3, aFailedRow));
    await world.ask('POST', `${ONE}/pause`);
    expect((await retry(world, { status: 'failed', countOnly: true })).json).toEqual({ retried: 0, matched: 3 });
    expect((await retry(world, { status: 'failed' })).status).toBe(409);
    const nowhere = await world.ask('POST', '/v1/webhooks/wh_none/deliveries/retry', {
      body: { status: 'failed', countOnly: true },
    });
    expect(nowhere.status).toBe(404);
  });

  it('takes 500 a call, and goes on where it stopped', async () => {
    const world = aWorld(rows(1_001, aFailedRow));
    const counts: number[] = [];
    let cursor: string | undefined;
    do {
      const { json } = await retry(world, { status: 'failed', ...(cursor && { cursor }) });
      counts.push(json.retried);
      cursor = json.nextCursor;
    } while (cursor !== undefined);
    expect(counts).toEqual([500, 500, 1]);
    expect(world.queues.retries).toHaveLength(1_001);
    expect((await retry(world, { status: 'failed' })).json).toEqual({ retried: 0 });
  });

  it('takes a cursor only with the same request', async () => {
    const world = aWorld(rows(501, aFailedRow));
    const { json } = await retry(world, { status: 'failed' });
    expect(json.nextCursor).toEqual(expect.any(String));
    const since = new Date(NOON).toISOString();
    expect((await retry(world, { status: 'failed', since, cursor: json.nextCursor })).status).toBe(400);
    expect((await retry(world, { status: 'held', cursor: json.nextCursor })).status).toBe(400);
    expect((await retry(world, { status: 'failed', cause: '503', cursor: json.nextCursor })).status).toBe(400);
  });

  it.each([
    ['a status that cannot be retried', { status: 'delivered' }],
    ['no status', {}],
    ['a time that is none', { status: 'failed', since: 'yesterday' }],
  ])('refuses %s', async (_what, body) => {
    expect((await retry(aWorld([]), body)).status).toBe(422);
  });
});

describe('what the card shows', () => {
  it('is how many failures wait, what came last and when the next retry is', async () => {
    const pending = aRow(30, {
      status: 'pending',
      nextAttemptAt: NOON + 9_000,
      attempts: [anAttempt({ statusCode: 500 })],
    });
    const held = aFailedRow(20, { status: 'held', reason: 'webhook-disabled' });
    const world = aWorld([...rows(3, aFailedRow), held, pending, aRow(31)], {
      health: { failuresInARow: 5, exhaustedCount: 3, failingSince: NOON },
    });
    const { json } = await world.ask('GET', ONE);
    expect(json.health).toEqual({
      asOf: '2026-11-23T10:00:05.000Z',
      isFailing: true,
      failingSince: '2026-11-23T09:00:00.000Z',
      failed: { count: 3, isCapped: false },
      held: { count: 1, isCapped: false },
      lastDelivery: {
        id: aRow(31).deliveryId,
        status: 'delivered',
        detectedAt: '2026-11-23T09:31:00.000Z',
        attemptedAt: '2026-11-23T10:00:00.000Z',
      },
      nextRetryAt: '2026-11-23T09:00:09.000Z',
    });
    expect((await world.ask('GET', '/v1/webhooks')).json.webhooks[0].health).toEqual(json.health);
  });

  it.each([
    ['few', 5, {}],
    ['more than a look at the latest shows', 150, { pace: { perMinute: 60 } }],
  ])('is how many wait for their turn, and when the last is expected: %s', async (_how, count, webhook) => {
    const retried = aRow(-1, { status: 'pending', waitingSince: NOON, nextAttemptAt: NOON + 9_000 });
    const world = aWorld([...rows(count, aWaitingRow), retried], {
      format: { id: 'slack', options: {} },
      url: 'https://hooks.slack.com',
      turns: { nextTurnAt: 0 },
      ...webhook,
    });
    const { health } = (await world.ask('GET', ONE)).json;
    const seconds = count + 1;
    expect(health.waiting).toEqual({
      count: count + 1,
      isCapped: false,
      expectedAt: new Date(world.clock.now() + seconds * 1_000).toISOString(),
    });
    // The instant of its retry is over, and says nothing about its turn.
    expect(health).not.toHaveProperty('nextRetryAt');
    expect(health).toMatchObject({ isFailing: false, failed: { count: 0 } });
  });

  it('says nothing of turns where none is waited for', async () => {
    const world = aWorld([aRow(1)], { pace: { perMinute: 30 } });
    expect((await world.ask('GET', ONE)).json.health).not.toHaveProperty('waiting');
  });

  it('is computed each time while that is cheap, and once a minute when it is not', async () => {
    const world = aWorld(rows(999, aFailedRow));
    const waiting = async () => (await world.ask('GET', ONE)).json.health.failed.count;
    expect(await waiting()).toBe(999);
    for (const number of [2_000, 2_001]) {
      const row = aFailedRow(number);
      world.log.rows.set(`acme#wh_siem#${row.deliveryId}`, row);
    }
    expect(await waiting()).toBe(1_001);
    world.log.rows.clear();
    expect(await waiting()).toBe(1_001);
    world.clock.moveOn(60_000);
    expect(await waiting()).toBe(0);
  });
});

it('shows as the last delivery the one that was attempted last, whenever its finding was detected', async () => {
  const retried = aRow(1, { attempts: [anAttempt({ statusCode: 200, at: NOON + 3_700_000 })] });
  const world = aWorld([retried, aRow(2), aRow(3)]);
  const { json } = await world.ask('GET', ONE);
  expect(json.health.lastDelivery).toMatchObject({ id: retried.deliveryId, attemptedAt: '2026-11-23T10:01:40.000Z' });
});

/** All of the same hour. */
function deliveryIdAt(number: number) {
  const finding = aCanonicalFinding({ id: `many_${number}` });
  return deliveryIdOf(aTenantId(), aWebhookId(), new Date(NOON).toISOString(), finding);
}

/** As long as each attempt of the builder takes. */
const TOOK = { median: 120, p95: 120 };

describe('the hours of the chart', () => {
  it('count by arrival if asked to: one that came late counts in the hour in which it came', async () => {
    const late = aRow(-3 * 24 * 60, { arrivedAt: NOON + 60_000, attempts: [anAttempt({ at: NOON + 61_000 })] });
    const world = aWorld([aRow(1), late]);
    const ask = async (query: string) => (await world.ask('GET', `${ONE}/stats?hours=2${query}`)).json;
    expect(await ask('&by=arrival')).toMatchObject({
      by: 'arrivedAt',
      hours: [{ delivered: 2 }, { delivered: 0 }],
    });
    expect(await ask('')).toMatchObject({ by: 'detectedAt', hours: [{ delivered: 1 }, { delivered: 0 }] });
    expect((await world.ask('GET', `${ONE}/stats?by=failure`)).status).toBe(400);
  });

  it('are kept for a minute if there are many, each way of counting by itself', async () => {
    const late = aRow(-3 * 24 * 60, { arrivedAt: NOON + 60_000 });
    const many = Array.from({ length: 1_000 }, (_, number) => aRow(number % 60, { deliveryId: deliveryIdAt(number) }));
    const world = aWorld([...many, late]);
    const delivered = async (by: string) =>
      (await world.ask('GET', `${ONE}/stats?hours=2&by=${by}`)).json.hours[0].delivered;
    expect([await delivered('detection'), await delivered('arrival')]).toEqual([1_000, 1_001]);
    await world.log.putAll([aRow(1, { deliveryId: deliveryIdAt(1_000) })]);
    expect([await delivered('detection'), await delivered('arrival')]).toEqual([1_000, 1_001]);
    world.clock.moveOn(61_000);
    expect([await delivered('detection'), await delivered('arrival')]).toEqual([1_001, 1_002]);
  });

  it('say how long the receiver took, and until when it had the finding: half of them, and 95 of 100', async () => {
    const times = Array.from({ length: 100 }, (_, number) => {
      const millis = number + 1;
      return aRow(0, {
        deliveryId: deliveryIdOf(
          aTenantId(),
          aWebhookId(),
          new Date(NOON).toISOString(),
          aCanonicalFinding({ id: `${number}` }),
        ),
        attempts: [anAttempt({ at: NOON + 1_000, millis, statusCode: 200 })],
      });
    });
    const { json } = await aWorld(times).ask('GET', `${ONE}/stats?hours=2`);
    expect(json.hours[0]).toMatchObject({
      delivered: 100,
      responseMillis: { median: 50, p95: 95 },
      deliveryMillis: { median: 1_050, p95: 1_095 },
    });
    expect(json.hours[1]).not.toHaveProperty('responseMillis');
  });

  it('count by detection, the current hour last', async () => {
    const world = aWorld([
      ...rows(3, aRow),
      aFailedRow(5),
      aFailedRow(6, { status: 'held', reason: 'webhook-disabled' }),
      aRow(60, { status: 'pending' }),
      aRow(-1),
    ]);
    const { json } = await world.ask('GET', `${ONE}/stats?hours=2`);
    expect(json).toEqual({
      by: 'detectedAt',
      hours: [
        {
          ...{ start: '2026-11-23T09:00:00.000Z', delivered: 3, failed: 1, pending: 0, held: 1, cancelled: 0 },
          ...{ responseMillis: TOOK, deliveryMillis: expect.anything() },
        },
        {
          ...{ start: '2026-11-23T10:00:00.000Z', delivered: 0, failed: 0, pending: 1, held: 0, cancelled: 0 },
          responseMillis: TOOK,
        },
      ],
      isCapped: false,
      completeFrom: '2026-11-23T09:00:00.000Z',
      asOf: '2026-11-23T10:00:05.000Z',
    });
  });

  it('are 24 unless asked otherwise, and a week at most', async () => {
    const world = aWorld([]);
    expect((await world.ask('GET', `${ONE}/stats`)).json.hours).toHaveLength(24);
    expect((await world.ask('GET', `${ONE}/stats?hours=168`)).json.hours).toHaveLength(168);
    expect((await world.ask('GET', `${ONE}/stats?hours=169`)).status).toBe(400);
  });
});
