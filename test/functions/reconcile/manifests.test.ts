import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReconcileDependencies } from '../../../functions/reconcile/dependencies.ts';
import { createHandler } from '../../../functions/reconcile/handler.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { parseCanonicalFinding } from '../../../shared/delivery/delivery-message.schema.ts';
import { manifestOf } from '../../../shared/delivery/manifest.ts';
import { manifestIn } from '../../../shared/delivery/manifest-delivery.schema.ts';
import { MOST_NAMED } from '../../../shared/delivery/manifest-delivery.ts';
import { CLOSED_AFTER_MILLIS, MADE_UP_PERIODS } from '../../../shared/delivery/manifest-schedule.ts';
import { MOST_IN_MANIFEST } from '../../../shared/delivery/read-manifest.flow.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryDueDeliveries } from '../../fakes/memory-due-deliveries.ts';
import { MemoryEventList } from '../../fakes/memory-event-list.ts';
import { MemoryManifestSchedules } from '../../fakes/memory-manifest-schedules.ts';
import { MemoryQueues } from '../../fakes/memory-queues.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';
import { RecordingAnnouncer } from '../../fakes/recording-announcer.ts';
import { RecordingTelemetry } from '../../fakes/recording-telemetry.ts';

const HOUR = 60 * 60 * 1000;
/** At a full hour. */
const START = Date.UTC(2026, 10, 23, 10);
const PROVEN = aWebhook({ pull: { since: 0, only: false, manifestsSince: START } });
const TENANT = aTenantId();

function aWorld(webhooks: readonly Webhook[] = [PROVEN], sabotage = (deps: ReconcileDependencies) => deps) {
  const clock = new ManualClock(START);
  const log = new MemoryDeliveryLog();
  const queues = new MemoryQueues();
  const events = new MemoryEventList();
  const store = new MemoryWebhookStore(...webhooks);
  const schedules = new MemoryManifestSchedules();
  const telemetry = new RecordingTelemetry();
  let remainingMillis = () => 30_000;
  const handler = createHandler(
    sabotage({
      ...{ due: new MemoryDueDeliveries(log, schedules), log, schedules, webhooks: store, eventReader: events },
      ...{ retryQueue: queues, redriveQueue: queues, announcer: new RecordingAnnouncer(), telemetry, clock },
      manifestPeriodMillis: HOUR,
    }),
  );
  for (const { tenantId, webhookId } of webhooks) {
    const schedule = { tenantId, webhookId, chosenAt: START, lookAt: START + CLOSED_AFTER_MILLIS };
    schedules.schedules.set(`${tenantId}#${webhookId}`, schedule);
  }
  const run = () => handler({}, { getRemainingTimeInMillis: () => remainingMillis() });
  return {
    ...{ clock, log, queues, events, store, schedules, telemetry, run },
    leave(millis: () => number) {
      remainingMillis = millis;
    },
    list: async (id: string, webhookId = PROVEN.webhookId) => {
      const { deliveryId, ...message } = aDeliveryMessage({ webhookId, finding: aCanonicalFinding({ id }) });
      await events.add([{ ...message, deliveryId }], clock.now());
      return deliveryId;
    },
    /** As `reconcile` runs every five minutes. */
    async pass(millis: number): Promise<void> {
      for (const until = clock.now() + millis; clock.now() < until; ) {
        clock.moveOn(5 * 60_000);
        // A run that fails is not repeated: the next one is minutes away.
        await run().catch(() => {});
      }
    },
    manifests: () => [...log.rows.values()].map(contentOf).sort((a, b) => a.from - b.from),
  };
}

function contentOf(row: DeliveryRow) {
  const finding = parseCanonicalFinding(row.finding);
  const content = finding.kind === 'parsed' ? manifestIn(row, finding.finding) : undefined;
  if (content === undefined) {
    throw new Error('a row that is no manifest');
  }
  return content;
}

const hour = (number: number) => ({ from: START + number * HOUR, until: START + (number + 1) * HOUR });

describe('a webhook that chose manifests', () => {
  it('gets one of each hour, with what was listed in it, and one of an hour in which nothing was', async () => {
    const world = aWorld();
    const first = [await world.list('fnd_1'), await world.list('fnd_2')];
    world.clock.moveOn(2 * HOUR);
    const third = [await world.list('fnd_3')];
    await world.pass(HOUR + CLOSED_AFTER_MILLIS);
    expect(world.manifests()).toEqual(
      [first, [], third].map((ids, number) => ({
        ...{ webhookId: 'wh_siem', ...hour(number), ids: [...ids].sort() },
        ...manifestOf(ids, hour(number).from, hour(number).until),
      })),
    );
    const queued = new Set(world.queues.retries.map(({ message }) => message.deliveryId));
    expect([...queued].sort()).toEqual([...world.log.rows.values()].map(({ deliveryId }) => deliveryId).sort());
  });

  it('gets none of an hour before nothing more can come into it', async () => {
    const world = aWorld();
    world.clock.moveOn(HOUR + CLOSED_AFTER_MILLIS - 1);
    await world.run();
    expect(world.manifests()).toEqual([]);
    world.clock.moveOn(1);
    await world.run();
    expect(world.manifests()).toMatchObject([hour(0)]);
  });

  it('gets none of the hour in which it was chosen, of which the list may not be whole', async () => {
    const world = aWorld([{ ...PROVEN, pull: { since: 0, only: false, manifestsSince: START + 1 } }]);
    await world.pass(3 * HOUR);
    expect(world.manifests().map(({ from }) => from)).toEqual([hour(1).from]);
  });

  it('gets a manifest that names no ids where they are too many, and counts them', async () => {
    const world = aWorld();
    for (let number = 0; number <= MOST_NAMED; number += 1) {
      await world.list(`fnd_${number}`);
    }
    await world.pass(HOUR + 5 * 60_000);
    const [manifest] = world.manifests();
    expect(manifest).toMatchObject({ count: MOST_NAMED + 1 });
    expect(manifest).not.toHaveProperty('ids');
  });

  it('is told of none whose hour has more than a manifest is made of, and goes on with the next', async () => {
    const world = aWorld();
    const read = world.events.readKeys.bind(world.events);
    const event = { ...aDeliveryMessage(), listedAt: START };
    world.events.readKeys = async (tenantId, webhookId, span, limit) =>
      span.until === hour(0).until
        ? { events: Array.from({ length: limit }, () => event), isCut: true }
        : read(tenantId, webhookId, span, limit);
    await world.pass(2 * HOUR + 5 * 60_000);
    expect(world.manifests().map(({ from }) => from)).toEqual([hour(1).from]);
    expect(world.telemetry.warnings).toEqual([
      {
        event: 'manifest.too-large',
        fields: { tenantId: TENANT, webhookId: 'wh_siem', from: '2026-11-23T10:00:00.000Z' },
      },
    ]);
    expect(MOST_IN_MANIFEST).toBeGreaterThan(MOST_NAMED);
  });
});

describe('a webhook that did not', () => {
  it.each([
    ['it lists nothing', aWebhook()],
    ['it lists, and wants none', aWebhook({ pull: { since: 0, only: false } })],
  ])('has its schedule deleted at the first look: %s', async (_why, webhook) => {
    const world = aWorld([webhook]);
    await world.pass(3 * HOUR);
    expect([world.manifests(), world.schedules.schedules.size]).toEqual([[], 0]);
  });

  it('has it deleted when it is gone', async () => {
    const world = aWorld();
    world.store.webhooks.clear();
    await world.pass(3 * HOUR);
    expect([world.manifests(), world.schedules.schedules.size]).toEqual([[], 0]);
  });

  it('costs a run no call, and no read of a webhook', async () => {
    const calls: string[] = [];
    const world = aWorld([], (deps) => counting(deps, calls));
    await world.run();
    expect(calls).toEqual(['due.list']);
  });
});

describe('a webhook that is not sent to', () => {
  it.each<[string, Partial<Webhook>]>([
    ['paused', { state: { kind: 'paused' } }],
    ['disabled', { state: { kind: 'disabled', reason: 'failing' } }],
    ['with alerts off', { alerts: { enabled: false, minSeverity: 'info' } }],
  ])(
    'gets the manifests of these hours once it is sent to again, no more than a day of them: %s',
    async (_how, off) => {
      const world = aWorld([{ ...PROVEN, ...off }]);
      await world.pass((MADE_UP_PERIODS + 6) * HOUR);
      expect(world.manifests()).toEqual([]);
      world.store.webhooks.clear();
      await world.store.add(TENANT, PROVEN);
      await world.pass(5 * 60_000);
      expect(world.manifests().map(({ from }) => from)).toEqual(
        Array.from({ length: MADE_UP_PERIODS }, (_, number) => hour(number + 6).from),
      );
      expect(world.telemetry.warnings).toEqual([
        { event: 'manifest.missed', fields: { tenantId: TENANT, webhookId: 'wh_siem', periods: 6 } },
      ]);
    },
  );
});

describe('a reconciler that stood still', () => {
  it('makes up for a day, and says how many hours it leaves out', async () => {
    const world = aWorld();
    world.clock.moveOn(100 * HOUR + CLOSED_AFTER_MILLIS);
    await world.run();
    expect(world.manifests().map(({ from }) => from)).toEqual(
      Array.from({ length: MADE_UP_PERIODS }, (_, number) => hour(number + 76).from),
    );
    expect(world.telemetry.warnings).toMatchObject([{ event: 'manifest.missed', fields: { periods: 76 } }]);
  });

  it('goes on in the next run where its time has ended', async () => {
    const world = aWorld();
    world.clock.moveOn(10 * HOUR);
    let looks = 0;
    world.leave(() => {
      looks += 1;
      return looks < 12 ? 30_000 : 9_999;
    });
    await world.run();
    const made = world.manifests().length;
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(9);
    world.leave(() => 30_000);
    await world.run();
    expect(world.manifests().map(({ from }) => from)).toEqual(Array.from({ length: 9 }, (_, n) => hour(n).from));
    expect(world.telemetry.failures.length).toBeLessThanOrEqual(1);
  });
});

describe('a run that fails', () => {
  it('leaves the other webhooks theirs, is counted, and is made up for by the next', async () => {
    const other = { ...PROVEN, webhookId: aWebhookId('wh_other') };
    const world = aWorld([PROVEN, other]);
    const read = world.events.readKeys.bind(world.events);
    let isThrottled = true;
    world.events.readKeys = async (tenantId, webhookId, span, limit) => {
      if (isThrottled && webhookId === PROVEN.webhookId) {
        throw new Error('throttled');
      }
      return read(tenantId, webhookId, span, limit);
    };
    world.clock.moveOn(HOUR + CLOSED_AFTER_MILLIS);
    await world.run();
    expect(world.manifests()).toMatchObject([{ webhookId: 'wh_other' }]);
    expect(world.telemetry.failures).toMatchObject([{ event: 'manifest.unmade', fields: { webhookId: 'wh_siem' } }]);
    expect(world.telemetry.counted('delivery.left-stuck')).toBe(1);
    isThrottled = false;
    await world.run();
    expect(world.manifests()).toHaveLength(2);
  });

  /** Each call in turn fails, after or before it had its effect, as when a worker dies or a response is lost. */
  it('at any of its calls loses no manifest and makes no second one', async () => {
    const calls: string[] = [];
    const undisturbed = aWorld([PROVEN], (deps) => counting(deps, calls));
    await undisturbed.pass(3 * HOUR + 5 * 60_000);
    expect(undisturbed.manifests()).toHaveLength(3);
    for (let number = 0; number < calls.length; number += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = aWorld([PROVEN], (deps) => counting(deps, [], { number, when }));
        await world.pass(3 * HOUR + 10 * 60_000);
        const where = `${calls[number]} (${number}), ${when}`;
        expect(world.manifests(), where).toEqual(undisturbed.manifests());
        const queued = new Set(world.queues.retries.map(({ message }) => message.deliveryId));
        expect([...queued].sort(), where).toEqual([...world.log.rows.values()].map((row) => row.deliveryId).sort());
      }
    }
  });

  it('before its schedule has moved does not begin again what was delivered meanwhile', async () => {
    const world = aWorld();
    const schedule = [...world.schedules.schedules.entries()];
    await world.pass(HOUR + 5 * 60_000);
    const [row] = [...world.log.rows.values()];
    if (row === undefined) {
      throw new Error('no manifest was made');
    }
    const delivered: DeliveryRow = { ...row, status: 'delivered', lastAttempt: 1, attempts: [] };
    await world.log.putAll([delivered]);
    world.queues.retries.splice(0);
    world.schedules.schedules.clear();
    for (const [name, before] of schedule) {
      world.schedules.schedules.set(name, before);
    }
    await world.run();
    expect(world.log.row(row)).toEqual(delivered);
    expect(world.queues.retries).toEqual([]);
  });

  it('in the middle of a list that is too long for it leaves that to the next', async () => {
    const world = aWorld();
    world.clock.moveOn(HOUR + CLOSED_AFTER_MILLIS);
    const read = world.events.readKeys.bind(world.events);
    let pages = 0;
    world.leave(() => (pages > 2 ? 9_999 : 30_000));
    world.events.readKeys = async () => {
      pages += 1;
      return { events: [{ ...aDeliveryMessage(), listedAt: START }], isCut: true };
    };
    await world.run();
    expect([pages, world.manifests()]).toEqual([3, []]);
    expect(world.telemetry.failures).toMatchObject([{ event: 'manifest.unmade' }]);
    world.leave(() => 30_000);
    world.events.readKeys = read;
    await world.run();
    expect(world.manifests()).toHaveLength(1);
  });

  it('beside another that works makes no second one', async () => {
    const schedule = fc.scheduler();
    await fc.assert(
      fc.asyncProperty(schedule, async (scheduler) => {
        const world = aWorld([PROVEN], (deps) =>
          deferred(deps, (call) => scheduler.schedule(Promise.resolve()).then(call)),
        );
        world.clock.moveOn(3 * HOUR + CLOSED_AFTER_MILLIS);
        const runs = [world.run(), world.run()];
        await scheduler.waitFor(Promise.all(runs));
        expect(world.manifests().map(({ from }) => from)).toEqual([0, 1, 2].map((number) => hour(number).from));
        expect(new Set(world.queues.retries.map(({ message }) => message.deliveryId)).size).toBe(3);
      }),
      { numRuns: 30 },
    );
  });
});

interface Failure {
  readonly number: number;
  readonly when: 'before' | 'after';
}

const PORTS = ['due', 'schedules', 'webhooks', 'eventReader', 'log', 'retryQueue'] as const;

type Around = <Value>(call: () => Promise<Value>, name: string) => Promise<Value>;

/** The same ports, with something around each call. */
function around(deps: ReconcileDependencies, wrap: Around): ReconcileDependencies {
  const wrapped = PORTS.map((port) => {
    const target = deps[port] as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
    const proxy = new Proxy(target, {
      get(of, name) {
        const member = Reflect.get(of, name);
        return typeof member === 'function'
          ? (...args: readonly unknown[]) => wrap(() => member.apply(of, args), `${port}.${String(name)}`)
          : member;
      },
    });
    return [port, proxy];
  });
  return { ...deps, ...Object.fromEntries(wrapped) };
}

function counting(deps: ReconcileDependencies, calls: string[], failure?: Failure): ReconcileDependencies {
  return around(deps, async (call, name) => {
    calls.push(name);
    const fails = failure?.number === calls.length - 1;
    if (fails && failure.when === 'before') {
      throw new Error('lost');
    }
    const value = await call();
    if (fails) {
      throw new Error('its response was lost');
    }
    return value;
  });
}

function deferred(deps: ReconcileDependencies, defer: <Value>(call: () => Promise<Value>) => Promise<Value>) {
  return around(deps, (call) => defer(call));
}
