import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryRow, DeliveryStatus } from '../../../shared/delivery/delivery.ts';
import { createDynamoDeliveryHistory } from '../../../shared/delivery/delivery-history.dynamo.ts';
import type {
  DeliveryHistory,
  FailurePosition,
  LogRequest,
  Span,
} from '../../../shared/delivery/delivery-history.port.ts';
import { arrivalKeyOf, deliveryIdOf, detectedAtOf } from '../../../shared/delivery/delivery-id.ts';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import type { DeliveryLog } from '../../../shared/delivery/delivery-log.port.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import { aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryDeliveryHistory } from '../../fakes/memory-delivery-history.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const engines = useEngines();

const implementations = {
  'in memory': () => {
    const log = new MemoryDeliveryLog();
    return { log, history: new MemoryDeliveryHistory(log) };
  },
  'on DynamoDB': () => {
    const { dynamo, tables } = engines();
    return {
      log: createDynamoDeliveryLog(dynamo, tables.deliveryLog),
      history: createDynamoDeliveryHistory(dynamo, tables.deliveryLog),
    };
  },
};

let webhooks = 0;

/** Every case has a webhook of its own: the engine keeps its rows for the whole file. */
function aFreshWebhookId(): WebhookId {
  webhooks += 1;
  return aWebhookId(`wh_${webhooks}`);
}

interface RowOf extends Partial<Pick<DeliveryRow, 'arrivedAt' | 'attempts' | 'lastAttempt'>> {
  readonly tenantId?: TenantId;
  readonly webhookId: WebhookId;
  readonly status?: DeliveryStatus;
  readonly detectedAt?: number;
  readonly failedAt?: number;
  /** Tells findings that were detected at the same time apart. */
  readonly number?: number;
  readonly summary?: string;
}

function aRow({
  tenantId = aTenantId(),
  webhookId,
  status = 'delivered',
  detectedAt = NOON,
  failedAt = NOON,
  number = 0,
  summary = '',
  attempts = [anAttempt()],
  ...others
}: RowOf): DeliveryRow {
  const detected = new Date(detectedAt).toISOString();
  const finding = aCanonicalFinding({ id: `fnd_${number}`, detectedAt: detected, remediation: { summary } });
  const deliveryId = deliveryIdOf(tenantId, webhookId, detected, finding);
  const isFailure = status === 'failed' || status === 'held';
  return aDeliveryRow({
    tenantId,
    webhookId,
    deliveryId,
    status,
    finding,
    attempts,
    ...others,
    ...(isFailure && { failedAt, ticketSentAt: NOON }),
  });
}

async function put(log: DeliveryLog, rows: readonly DeliveryRow[]): Promise<void> {
  for (let first = 0; first < rows.length; first += 25) {
    expect(await log.putAll(rows.slice(first, first + 25))).toEqual(new Set());
  }
}

/** All rows, page by page as a person turns them. */
async function pagesOf(
  history: DeliveryHistory,
  webhookId: WebhookId,
  { order = 'listByDetection', ...request }: LogRequest & { readonly order?: 'listByDetection' | 'listByArrival' },
): Promise<(readonly DeliveryRow[])[]> {
  const pages: (readonly DeliveryRow[])[] = [];
  let after: DeliveryId | undefined;
  do {
    const page = await history[order](aTenantId(), webhookId, { ...request, ...(after && { after }) });
    pages.push(page.rows);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

async function failurePagesOf(
  history: DeliveryHistory,
  webhookId: WebhookId,
  request: { readonly status: 'failed' | 'held'; readonly limit: number; readonly failed?: Span },
): Promise<(readonly FailurePosition[])[]> {
  const pages: (readonly FailurePosition[])[] = [];
  let after: FailurePosition | undefined;
  do {
    const page = await history.listFailures(aTenantId(), webhookId, { ...request, ...(after && { after }) });
    pages.push(page.failures);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

const of = (status: DeliveryStatus) => (row: DeliveryRow) => row.status === status;

const newestFirst = (a: DeliveryRow, b: DeliveryRow) => (a.deliveryId < b.deliveryId ? 1 : -1);

const statuses = fc.constantFrom<DeliveryStatus>('pending', 'delivered', 'failed', 'held', 'cancelled');

/** Some of the same millisecond, some a while apart. */
const instants = fc.constantFrom(NOON - HOUR, NOON - 1, NOON, NOON + 1);

/** Rows of one webhook, told apart by their number. */
const rowPlans = fc.array(fc.record({ status: statuses, detectedAt: instants, failedAt: instants }), { maxLength: 20 });

describe.each(Object.entries(implementations))('a delivery history %s', (_where, make) => {
  const nowhere = aWebhookId('wh_nowhere');
  const tenantId = aTenantId();

  it('is empty where nothing is', async () => {
    const { history } = make();
    expect(await history.listByDetection(tenantId, nowhere, { limit: 10 })).toEqual({ rows: [] });
    expect(await history.listByDetection(tenantId, nowhere, { limit: 10, matches: () => true })).toEqual({ rows: [] });
    expect(await history.listByArrival(tenantId, nowhere, { limit: 10 })).toEqual({ rows: [] });
    expect(await history.listFailures(tenantId, nowhere, { status: 'failed', limit: 10 })).toEqual({ failures: [] });
    expect(await history.findAll(tenantId, nowhere, [])).toEqual([]);
    expect(await history.countFailures(tenantId, nowhere, 'held', 10)).toEqual({ count: 0, isCapped: false });
    expect(await history.readLatest(tenantId, nowhere, 10)).toEqual({ deliveries: [], isWhole: true });
    const request = { span: { from: NOON, until: NOON + HOUR }, cap: 10 };
    const nothing = { outcomes: [], isCapped: false };
    expect(await history.readOutcomes(tenantId, nowhere, { by: 'detection', ...request })).toEqual(nothing);
    expect(await history.readOutcomes(tenantId, nowhere, { by: 'arrival', ...request })).toEqual(nothing);
  });

  it('lists each delivery once, newest detection first, whatever the pages and the status', async () => {
    const { log, history } = make();
    const status = fc.option(statuses, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(rowPlans, fc.integer({ min: 1, max: 7 }), status, async (plans, limit, wanted) => {
        const webhookId = aFreshWebhookId();
        const rows = plans.map((plan, number) => aRow({ webhookId, number, ...plan }));
        await put(log, rows);
        const pages = await pagesOf(history, webhookId, { limit, ...(wanted && { matches: of(wanted) }) });
        const expected = rows.filter((row) => wanted === undefined || row.status === wanted);
        expect(pages.flat()).toEqual(expected.toSorted(newestFirst));
        expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 25 },
    );
  });

  it('says that a page is the last exactly if nothing follows, when it is not asked for a status', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    await put(
      log,
      [0, 1, 2, 3].map((number) => aRow({ webhookId, number, detectedAt: NOON + number })),
    );
    expect((await pagesOf(history, webhookId, { limit: 2 })).map((page) => page.length)).toEqual([2, 2]);
    expect((await pagesOf(history, webhookId, { limit: 3 })).map((page) => page.length)).toEqual([3, 1]);
    expect((await pagesOf(history, webhookId, { limit: 4 })).map((page) => page.length)).toEqual([4]);
  });

  it('lists each delivery once by arrival, whatever the pages, the span and what matches', async () => {
    const { log, history } = make();
    const bound = fc.option(fc.constantFrom(NOON - HOUR, NOON - 1, NOON, NOON + 1, NOON + 2), { nil: undefined });
    const status = fc.option(statuses, { nil: undefined });
    const plans = fc.array(
      fc.record({
        status: statuses,
        detectedAt: instants,
        failedAt: instants,
        arrivedAt: fc.option(instants, { nil: undefined }),
      }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.integer({ min: 1, max: 7 }),
        bound,
        bound,
        status,
        async (made, limit, from, until, wanted) => {
          const webhookId = aFreshWebhookId();
          const rows = made.map(({ arrivedAt, ...plan }, number) => ({
            ...aRow({ webhookId, number, ...plan }),
            ...(arrivedAt !== undefined && { arrivedAt }),
          }));
          await put(log, rows);
          const span = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
          const matches = wanted && of(wanted);
          const pages = await pagesOf(history, webhookId, {
            limit,
            span,
            order: 'listByArrival',
            ...(matches && { matches }),
          });
          const arrivalOf = (row: DeliveryRow) => row.arrivedAt ?? detectedAtOf(row.deliveryId) ?? 0;
          const expected = rows
            .filter((row) => (from ?? 0) <= arrivalOf(row) && (until === undefined || arrivalOf(row) < until))
            .filter((row) => wanted === undefined || row.status === wanted)
            .toSorted((a, b) =>
              arrivalKeyOf(a.deliveryId, a.arrivedAt) < arrivalKeyOf(b.deliveryId, b.arrivedAt) ? 1 : -1,
            );
          expect(pages.flat()).toEqual(expected);
          expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('lists what was detected in a span, from the one instant on and before the other', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const rows = [0, 1, 2, 3].map((number) => aRow({ webhookId, number, detectedAt: NOON + number }));
    await put(log, rows);
    const pages = await pagesOf(history, webhookId, { limit: 1, span: { from: NOON + 1, until: NOON + 3 } });
    expect(pages.flat()).toEqual([rows[2], rows[1]]);
  });

  it('finds late ones at the top by arrival, over more pages than the index gives at once', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const onTime = [0, 1].map((number) => aRow({ webhookId, number, detectedAt: NOON + number }));
    const late = Array.from({ length: 60 }, (_, number) => ({
      ...aRow({ webhookId, number: number + 2, detectedAt: NOON - 72 * HOUR }),
      arrivedAt: NOON + HOUR + number,
    }));
    await put(log, [...onTime, ...late]);
    const pages = await pagesOf(history, webhookId, { limit: 10, order: 'listByArrival' });
    expect(pages.flat()).toEqual([...late.toReversed(), ...onTime.toReversed()]);
    const detected = await history.listByDetection(tenantId, webhookId, { limit: 2 });
    expect(detected.rows).toEqual(onTime.toReversed());
  });

  it('goes on from a delivery that is not there any more', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const older = aRow({ webhookId });
    const gone = aRow({ webhookId, detectedAt: NOON + 1 });
    await put(log, [older, aRow({ webhookId, detectedAt: NOON + 2 })]);
    const page = await history.listByDetection(tenantId, webhookId, { limit: 5, after: gone.deliveryId });
    expect(page).toEqual({ rows: [older] });
  });

  it('finds the few of a status among many others, over as many pages as it takes', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const few = [1_100, 1_099, 3].map((age) => aRow({ webhookId, status: 'cancelled', detectedAt: NOON - age }));
    const many = Array.from({ length: 1_100 }, (_, age) => aRow({ webhookId, number: 1, detectedAt: NOON - age }));
    await put(log, [...few, ...many]);
    const pages = await pagesOf(history, webhookId, { limit: 2, matches: of('cancelled') });
    expect(pages.flat()).toEqual(few.toSorted(newestFirst));
  });

  it('lists each failure once, the latest first, whatever the pages and the span', async () => {
    const { log, history } = make();
    const bound = fc.option(fc.constantFrom(NOON - HOUR, NOON - 1, NOON, NOON + 1, NOON + 2), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(rowPlans, fc.integer({ min: 1, max: 7 }), bound, bound, async (plans, limit, from, until) => {
        const webhookId = aFreshWebhookId();
        const rows = plans.map((plan, number) => aRow({ webhookId, number, ...plan }));
        await put(log, rows);
        const failed = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
        const pages = await failurePagesOf(history, webhookId, { status: 'failed', limit, failed });
        const times = pages.flat().map(({ failedAt }) => failedAt);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
        const isWithin = (at: number) => (from === undefined || from <= at) && (until === undefined || at < until);
        const expected = rows.filter(({ status, failedAt = 0 }) => status === 'failed' && isWithin(failedAt));
        expect(sortedIds(pages.flat())).toEqual(sortedIds(expected));
        expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['that ends before it begins', { from: NOON, until: NOON - 1 }],
    ['that ends as it begins', { from: NOON, until: NOON }],
    ['before all time', { until: 0 }],
  ])('has no failure in a span %s', async (_what, failed) => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    await put(log, [aRow({ webhookId, status: 'held' })]);
    const page = await history.listFailures(tenantId, webhookId, { status: 'held', limit: 5, failed });
    expect(page).toEqual({ failures: [] });
  });

  it('goes on from a failure that has been retried meanwhile, and lists it no more', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const rows = [0, 1, 2].map((number) => aRow({ webhookId, number, status: 'failed', failedAt: NOON + number }));
    await put(log, rows);
    const request = { status: 'failed', limit: 2 } as const;
    const { failures, next } = await history.listFailures(tenantId, webhookId, request);
    expect(failures.map(({ failedAt }) => failedAt)).toEqual([NOON + 2, NOON + 1]);
    await put(log, [aRow({ webhookId, number: 1, status: 'pending' })]);
    const rest = await history.listFailures(tenantId, webhookId, { ...request, ...(next && { after: next }) });
    expect(rest.failures.map(({ failedAt }) => failedAt)).toEqual([NOON]);
    const again = await failurePagesOf(history, webhookId, request);
    expect(again.flat().map(({ failedAt }) => failedAt)).toEqual([NOON + 2, NOON]);
  });

  it('reads rows by their ids, in the order asked for and without those that are not there', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const rows = Array.from({ length: 100 }, (_, number) => aRow({ webhookId, number }));
    const here = rows.filter((_row, number) => number % 3 > 0);
    await put(log, here);
    const ids = rows.map(({ deliveryId }) => deliveryId);
    expect(await history.findAll(tenantId, webhookId, ids)).toEqual(here);
    expect(await history.findAll(tenantId, webhookId, ids.toReversed())).toEqual(here.toReversed());
  });

  it('counts failures by status, up to a cap', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const failed = [0, 1, 2].map((number) => aRow({ webhookId, number, status: 'failed', failedAt: NOON + number }));
    await put(log, [...failed, aRow({ webhookId, number: 3, status: 'held' }), aRow({ webhookId, number: 4 })]);
    expect(await history.countFailures(tenantId, webhookId, 'failed', 4)).toEqual({ count: 3, isCapped: false });
    expect(await history.countFailures(tenantId, webhookId, 'failed', 3)).toMatchObject({ count: 3 });
    expect(await history.countFailures(tenantId, webhookId, 'failed', 2)).toEqual({ count: 2, isCapped: true });
    expect(await history.countFailures(tenantId, webhookId, 'held', 4)).toEqual({ count: 1, isCapped: false });
  });

  it('counts deliveries that wait for a turn, up to a cap, apart from all others', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const waiting = [0, 1, 2].map((number) => ({
      ...aRow({ webhookId, number, status: 'pending' }),
      waitingSince: NOON,
    }));
    await put(log, [...waiting, aRow({ webhookId, number: 3, status: 'pending' })]);
    await put(log, [aRow({ webhookId, number: 4, status: 'failed' })]);
    expect(await history.countFailures(tenantId, webhookId, 'waiting', 4)).toEqual({ count: 3, isCapped: false });
    expect(await history.countFailures(tenantId, webhookId, 'waiting', 2)).toEqual({ count: 2, isCapped: true });
    expect(await history.countFailures(tenantId, webhookId, 'failed', 4)).toEqual({ count: 1, isCapped: false });
    await put(log, [aRow({ webhookId, number: 1 })]);
    expect(await history.countFailures(tenantId, webhookId, 'waiting', 4)).toEqual({ count: 2, isCapped: false });
  });

  it('reads the latest deliveries with what a health needs of them, and says whether there are others', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const delivered = aRow({ webhookId, detectedAt: NOON });
    const pending = {
      ...aRow({ webhookId, detectedAt: NOON + 1, status: 'pending' }),
      attempts: [anAttempt({ number: 1, at: NOON + 2, response: 'busy' }), anAttempt({ number: 2, at: NOON + 3 })],
      nextAttemptAt: NOON + 9,
    };
    const planned = {
      ...aRow({ webhookId, detectedAt: NOON + 2, status: 'pending' }),
      attempts: [],
      waitingSince: NOON + 4,
    };
    await put(log, [delivered, pending, planned]);
    const latest = [
      { deliveryId: planned.deliveryId, status: 'pending', waitingSince: NOON + 4 },
      { deliveryId: pending.deliveryId, status: 'pending', attemptedAt: NOON + 3, nextAttemptAt: NOON + 9 },
      { deliveryId: delivered.deliveryId, status: 'delivered', attemptedAt: delivered.attempts[0]?.at },
    ];
    expect(await history.readLatest(tenantId, webhookId, 4)).toEqual({ deliveries: latest, isWhole: true });
    expect(await history.readLatest(tenantId, webhookId, 2)).toEqual({
      deliveries: latest.slice(0, 2),
      isWhole: false,
    });
  });

  it('reads the outcomes of what was detected from the one instant on and before the other, newest first', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const rows = [
      aRow({ webhookId, detectedAt: NOON - 1, status: 'pending' }),
      aRow({ webhookId, detectedAt: NOON, status: 'delivered' }),
      aRow({ webhookId, detectedAt: NOON + 1, status: 'failed' }),
      aRow({ webhookId, detectedAt: NOON + HOUR - 1, status: 'held' }),
      aRow({ webhookId, detectedAt: NOON + HOUR, status: 'cancelled' }),
    ];
    await put(log, rows);
    const read = (until: number, cap: number) =>
      history.readOutcomes(tenantId, webhookId, { by: 'detection', span: { from: NOON, until }, cap });
    const { outcomes, isCapped } = await read(NOON + HOUR, 10);
    expect(outcomes.map(({ at, status }) => [at, status])).toEqual([
      [NOON + HOUR - 1, 'held'],
      [NOON + 1, 'failed'],
      [NOON, 'delivered'],
    ]);
    expect(isCapped).toBe(false);
    expect(await read(NOON + HOUR, 2)).toMatchObject({
      outcomes: [{ status: 'held' }, { status: 'failed' }],
      isCapped: true,
    });
    expect(await read(NOON, 10)).toEqual({ outcomes: [], isCapped: false });
  });

  it('reads the outcomes of what arrived in a span, and none of it twice or at its detection', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const rows = [
      aRow({ webhookId, number: 1, detectedAt: NOON + 1, status: 'failed' }),
      aRow({ webhookId, number: 2, detectedAt: NOON - 72 * HOUR, arrivedAt: NOON + 2, status: 'delivered' }),
      aRow({ webhookId, number: 3, detectedAt: NOON + 3, arrivedAt: NOON + 2 * HOUR, status: 'pending' }),
      aRow({ webhookId, number: 4, detectedAt: NOON - 1, status: 'held' }),
    ];
    await put(log, rows);
    const read = (from: number, until: number, cap = 10) =>
      history.readOutcomes(tenantId, webhookId, { by: 'arrival', span: { from, until }, cap });
    const { outcomes } = await read(NOON, NOON + HOUR);
    expect(outcomes.map(({ at, status }) => [at, status])).toEqual([
      [NOON + 2, 'delivered'],
      [NOON + 1, 'failed'],
    ]);
    expect(await read(NOON, NOON + HOUR, 1)).toMatchObject({ outcomes: [{ at: NOON + 2 }], isCapped: true });
    expect((await read(NOON + HOUR, NOON + 3 * HOUR)).outcomes).toMatchObject([{ status: 'pending' }]);
  });

  it('reads how long receivers took, of the first attempts, and when they had it', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const times = (...millis: readonly number[]) =>
      millis.map((each, index) => anAttempt({ number: index + 1, at: NOON + (index + 1) * 1_000, millis: each }));
    const rows = [
      aRow({ webhookId, number: 1, detectedAt: NOON, status: 'delivered', attempts: times(250, 40), lastAttempt: 2 }),
      aRow({ webhookId, number: 2, detectedAt: NOON + 1, status: 'failed', attempts: times(30), lastAttempt: 1 }),
      // More attempts than are looked at: when the receiver had it is not known.
      aRow({
        ...{ webhookId, number: 3, detectedAt: NOON + 2, status: 'delivered' as const },
        ...{ attempts: times(1, 2, 3, 4, 5), lastAttempt: 5 },
      }),
      aRow({ webhookId, number: 4, detectedAt: NOON + 3, status: 'pending', attempts: [], lastAttempt: 0 }),
    ];
    await put(log, rows);
    const span = { from: NOON, until: NOON + HOUR };
    const { outcomes } = await history.readOutcomes(tenantId, webhookId, { by: 'detection', span, cap: 10 });
    expect(outcomes).toEqual([
      { at: NOON + 3, status: 'pending', responseMillis: [] },
      { at: NOON + 2, status: 'delivered', responseMillis: [1, 2, 3, 4] },
      { at: NOON + 1, status: 'failed', responseMillis: [30] },
      { at: NOON, status: 'delivered', responseMillis: [250, 40], deliveredAfterMillis: 2_040 },
    ]);
  });

  it('reads outcomes and rows over as many pages as the table cuts them into', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    // 120 rows of 12 KB: more than the 1 MB of one page of a query.
    const rows = Array.from({ length: 120 }, (_, number) =>
      aRow({ webhookId, number, detectedAt: NOON + number, summary: '密'.repeat(4_000) }),
    );
    await put(log, rows);
    const day = { by: 'detection', span: { from: NOON - HOUR, until: NOON + HOUR } } as const;
    const { outcomes: read, isCapped } = await history.readOutcomes(tenantId, webhookId, { ...day, cap: 1_000 });
    expect(read.map(({ at }) => at)).toEqual(rows.map((_row, number) => NOON + 119 - number));
    expect(isCapped).toBe(false);
    const capped = await history.readOutcomes(tenantId, webhookId, { ...day, cap: 100 });
    expect(capped).toMatchObject({ isCapped: true, outcomes: { length: 100 } });
    const pages = await pagesOf(history, webhookId, { limit: 100 });
    expect(sortedIds(pages.flat())).toEqual(sortedIds(rows));
    const { deliveries, isWhole } = await history.readLatest(tenantId, webhookId, 100);
    expect(sortedIds(deliveries)).toEqual(sortedIds(rows.slice(20)));
    expect(isWhole).toBe(false);
  });

  it('never shows anything of another tenant or of another webhook', async () => {
    const { log, history } = make();
    const webhookId = aFreshWebhookId();
    const stranger = aTenantId('globex');
    const theirs = [
      aRow({ tenantId: stranger, webhookId, status: 'failed' }),
      aRow({ webhookId: aFreshWebhookId(), status: 'failed' }),
      // Its key begins like the webhook's.
      aRow({ webhookId: aWebhookId(`${webhookId}0`), status: 'failed' }),
    ];
    await put(log, theirs);
    const ids = theirs.map(({ deliveryId }) => deliveryId);
    expect(await pagesOf(history, webhookId, { limit: 5 })).toEqual([[]]);
    expect(await failurePagesOf(history, webhookId, { status: 'failed', limit: 5 })).toEqual([[]]);
    expect(await history.findAll(tenantId, webhookId, ids)).toEqual([]);
    expect(await history.countFailures(tenantId, webhookId, 'failed', 5)).toEqual({ count: 0, isCapped: false });
    expect(await history.readLatest(tenantId, webhookId, 5)).toEqual({ deliveries: [], isWhole: true });
    const always = { span: { from: 0, until: NOON + HOUR }, cap: 5 };
    for (const by of ['detection', 'arrival'] as const) {
      const reading = await history.readOutcomes(tenantId, webhookId, { by, ...always });
      expect(reading).toEqual({ outcomes: [], isCapped: false });
    }
    expect(await history.countFailures(stranger, webhookId, 'failed', 5)).toEqual({ count: 1, isCapped: false });
  });
});

describe('the delivery history on DynamoDB', () => {
  it('looks at a bounded part of the log for a page, and says where to go on', async () => {
    const { log, history } = implementations['on DynamoDB']();
    const webhookId = aFreshWebhookId();
    const rows = Array.from({ length: 1_001 }, (_, number) => aRow({ webhookId, number, detectedAt: NOON - number }));
    await put(log, rows);
    const page = await history.listByDetection(aTenantId(), webhookId, { limit: 5, matches: of('held') });
    expect(page).toEqual({ rows: [], next: rows[999]?.deliveryId });
  });
});

function sortedIds(deliveries: readonly { readonly deliveryId: DeliveryId }[]): readonly DeliveryId[] {
  return deliveries.map(({ deliveryId }) => deliveryId).toSorted();
}
