/**
 * "Its turn" of the delivery protocol in docs/design.md, line by line: the webhook and the message are written by hand, the
 * real handler runs, and everything it may touch is compared with what the table says.
 */
import { describe, expect, it } from 'vitest';
import { lineUp } from '../../../functions/send/line-up.ts';
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { Turns } from '../../../shared/webhook/pace.ts';
import type { Turn } from '../../../shared/webhook/turns.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import {
  aDeliveryMessage,
  aDeliveryRow,
  anAttempt,
  messageRecord,
  type RecordOverrides,
} from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { aSendWorld, type SendWorldSettings } from '../../fakes/send-world.ts';

const NOW = new ManualClock().now();
const HOUR = 3_600_000;
/** One a second, and this refusal is long over. */
const LINE = NOW - HOUR;
const ONE_A_SECOND = { pace: { perMinute: 60 } };

function paced(turns?: Turns, overrides: Partial<Webhook> = {}): Webhook {
  return aWebhook({ ...ONE_A_SECOND, ...(turns && { turns }), ...overrides });
}

function aPacedWorld(turns?: Turns, settings: SendWorldSettings = {}) {
  return aSendWorld({ webhooks: [paced(turns)], ...settings });
}

type World = ReturnType<typeof aSendWorld>;

async function turnsOf(world: World): Promise<Turns | undefined> {
  return (await world.store.find(aTenantId(), aWebhookId()))?.turns;
}

function messages(count: number, overrides: Partial<DeliveryMessage> = {}): DeliveryMessage[] {
  return Array.from({ length: count }, (_, index) =>
    aDeliveryMessage({ finding: aCanonicalFinding({ id: `fnd_${index}` }), ...overrides }),
  );
}

interface Line {
  readonly turns?: Turns;
  readonly webhook?: Webhook;
  readonly turn?: Turn;
  readonly record?: RecordOverrides;
  readonly row?: Partial<DeliveryRow>;
  readonly attempt?: number;
  readonly effects: {
    readonly posts?: number;
    /** By which queue, in how many seconds, with which turn. */
    readonly later?: readonly (readonly [queue: string, delaySeconds: number, turn: Turn])[];
    readonly looksAgain?: boolean;
    readonly writes: number;
    readonly row?: object;
  };
}

const table: Readonly<Record<string, Line>> = {
  'no pace | any: go on': {
    webhook: aWebhook(),
    turn: { at: NOW + 9_000, line: 0 },
    effects: { posts: 1, writes: 0 },
  },
  'paced | holds a turn of this line, first receive, now: go on without a write': {
    turns: { nextTurnAt: NOW + 60_000, throttledUntil: LINE },
    turn: { at: NOW, line: LINE },
    effects: { posts: 1, writes: 0 },
  },
  'paced | holds a turn of this line, but was received before: another turn': {
    turns: { nextTurnAt: NOW + 60_000 },
    turn: { at: NOW, line: 0 },
    record: { receiveCount: 2 },
    effects: { later: [['delivery', 60, { at: NOW + 60_000, line: 0 }]], writes: 1 },
  },
  'paced | holds a turn to come: the same message with the rest': {
    turns: { nextTurnAt: NOW + 60_000 },
    turn: { at: NOW + 4_001, line: 0 },
    effects: { later: [['delivery', 5, { at: NOW + 4_001, line: 0 }]], writes: 0 },
  },
  'paced | holds a turn of the line before: another turn': {
    turns: { nextTurnAt: NOW + 7_000, throttledUntil: LINE },
    turn: { at: NOW, line: 0 },
    effects: { later: [['delivery', 7, { at: NOW + 7_000, line: LINE }]], writes: 1 },
  },
  'paced | holds a turn that no right clock gave: another turn': {
    turns: { nextTurnAt: NOW },
    turn: { at: NOW + 125_001, line: 0 },
    effects: { posts: 1, writes: 1 },
  },
  'paced, the next turn is now | any other: go on': {
    effects: { posts: 1, writes: 1 },
  },
  'paced, the next turn is within reach | any other: the same message with it, by the queue that it came by': {
    turns: { nextTurnAt: NOW + 119_000 },
    record: { queue: 'retry' },
    effects: { later: [['retry', 119, { at: NOW + 119_000, line: 0 }]], writes: 1 },
  },
  'paced, the next turn is not within reach | any other: noted, and looks again': {
    turns: { nextTurnAt: NOW + 120_000 },
    effects: {
      looksAgain: true,
      writes: 0,
      row: { status: 'pending', lastAttempt: 0, attempts: [], waitingSince: NOW, reconcileAt: NOW + 4 * HOUR },
    },
  },
  'paced, the next turn is not within reach | a later attempt: noted beside what is recorded': {
    turns: { nextTurnAt: NOW + 120_000 },
    row: { attempts: [anAttempt()], nextAttemptAt: NOW - 1 },
    attempt: 2,
    effects: {
      looksAgain: true,
      writes: 0,
      row: { status: 'pending', lastAttempt: 1, attempts: [anAttempt()], waitingSince: NOW },
    },
  },
  'paced, the next turn is not within reach | holds a void turn: looks again without it': {
    turns: { nextTurnAt: NOW + 120_000, throttledUntil: LINE },
    turn: { at: NOW, line: 0 },
    effects: { looksAgain: true, writes: 0, row: { waitingSince: NOW } },
  },
  'paced, the next turn is not within reach | waits already: looks again without a write': {
    turns: { nextTurnAt: NOW + 120_000 },
    row: { waitingSince: NOW - 60_000, reconcileAt: NOW + 2 * HOUR },
    attempt: 2,
    effects: { looksAgain: true, writes: 0, row: { waitingSince: NOW - 60_000, reconcileAt: NOW + 2 * HOUR } },
  },
};

describe('its turn, line by line', () => {
  it.each(Object.entries(table))('%s', async (_name, { turns, webhook, turn, record, row, attempt, effects }) => {
    const rows = row ? [aDeliveryRow(row)] : [];
    const world = aSendWorld({ webhooks: [webhook ?? paced(turns)], rows });
    const message = aDeliveryMessage({ attempt: attempt ?? 1, ...(turn && { turn }) });
    expect(await world.receive(messageRecord(message, record))).toEqual([]);
    expect(world.client.requests).toHaveLength(effects.posts ?? 0);
    expect(world.queues.later).toEqual(
      (effects.later ?? []).map(([queue, delaySeconds, next]) => ({
        queue,
        delaySeconds,
        message: { ...message, turn: next },
      })),
    );
    expect(world.store.updates).toBe(effects.writes);
    expect(world.log.row(message)).toEqual(
      effects.posts
        ? expect.objectContaining({ status: 'delivered' })
        : effects.row && expect.objectContaining(effects.row),
    );
    const { turn: _turn, ...again } = message;
    expect(world.queues.retries.map((sent) => sent.message)).toEqual(
      effects.looksAgain ? [{ ...again, sentOn: true }] : [],
    );
  });
});

describe('turns of a batch', () => {
  it('of one webhook are taken by one write, one interval apart', async () => {
    const world = aPacedWorld();
    expect(await world.receive(...messages(10).map((message) => messageRecord(message)))).toEqual([]);
    expect(world.store.updates).toBe(1);
    expect(world.client.requests).toHaveLength(1);
    expect(world.queues.later.map(({ message: { turn } }) => (turn?.at ?? 0) - NOW)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((seconds) => seconds * 1_000),
    );
    expect(world.log.rows.size).toBe(1);
  });

  it('of several webhooks are one write each', async () => {
    const other = aWebhookId('wh_other');
    const world = aSendWorld({ webhooks: [paced(), paced(undefined, { webhookId: other })] });
    const both = [...messages(3), ...messages(3, { webhookId: other })];
    await world.receive(...both.map((message) => messageRecord(message)));
    expect(world.store.updates).toBe(2);
    expect(world.client.requests).toHaveLength(2);
  });

  it('are as many as are within reach: the others are noted and look again', async () => {
    const world = aPacedWorld({ nextTurnAt: NOW + 118_000 });
    await world.receive(...messages(5).map((message) => messageRecord(message)));
    expect(world.queues.later.map(({ delaySeconds }) => delaySeconds)).toEqual([118, 119]);
    expect(world.queues.retries).toHaveLength(3);
    expect([...world.log.rows.values()].map(({ waitingSince }) => waitingSince)).toEqual([NOW, NOW, NOW]);
  });

  it('are taken of the line as it is, not as it was when the batch was read', async () => {
    const world = aPacedWorld();
    const { read } = world.reader;
    let reads = 0;
    world.reader.read = async (keys) => {
      const readings = await read.call(world.reader, keys);
      reads += 1;
      if (reads === 1) {
        const turns = { nextTurnAt: NOW + 5_000, throttledUntil: NOW + 5_000, paceMillis: 2_000 };
        world.store.webhooks.set('acme#wh_siem', paced(turns));
      }
      return readings;
    };
    expect(await world.receive(...messages(2).map((message) => messageRecord(message)))).toEqual([]);
    expect(reads).toBe(2);
    expect(world.queues.later.map(({ message }) => message.turn)).toEqual([
      { at: NOW + 5_000, line: NOW + 5_000 },
      { at: NOW + 7_000, line: NOW + 5_000 },
    ]);
  });

  it.each([
    ['deleted', undefined],
    ['paused', paced({ throttledUntil: NOW }, { state: { kind: 'paused' }, revision: 2 })],
    ['disabled', paced({ throttledUntil: NOW }, { state: { kind: 'disabled', reason: 'gone' } })],
  ])(
    'are not taken of a webhook that is %s meanwhile: the next receive asks whether it may be sent',
    async (_w, now) => {
      const world = aPacedWorld();
      const { read } = world.reader;
      world.reader.read = async (keys) => {
        const readings = await read.call(world.reader, keys);
        world.store.webhooks.clear();
        if (now !== undefined) {
          world.store.webhooks.set('acme#wh_siem', now);
        }
        return readings;
      };
      expect(await world.receive(...messages(2).map((message) => messageRecord(message)))).toEqual(['m1', 'm2']);
      expect(world.client.requests).toEqual([]);
      expect([...world.store.webhooks.values()]).toEqual(now === undefined ? [] : [now]);
    },
  );

  it('are not taken for a delivery that another worker has made meanwhile: it is posted once', async () => {
    const world = aPacedWorld();
    const { read } = world.reader;
    let reads = 0;
    world.reader.read = async (keys) => {
      reads += 1;
      const readings = await read.call(world.reader, keys);
      if (reads === 1) {
        // Another line has begun, and another worker has posted and recorded, after this one's reading.
        world.store.webhooks.set('acme#wh_siem', paced({ throttledUntil: NOW }));
        await world.log.putAll([aDeliveryRow({ status: 'delivered', lastAttempt: 1 })]);
      }
      return readings;
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual(['m1']);
    expect(world.client.requests).toEqual([]);
  });

  it('that cannot be taken return the messages, and use no attempt', async () => {
    const world = aPacedWorld();
    world.store.takeTurn = async () => {
      throw new DependencyUnavailable('config-table', 'take a turn', new Error('down'));
    };
    expect(await world.receive(...messages(2).map((message) => messageRecord(message)))).toEqual(['m1', 'm2']);
    expect(world.client.requests).toEqual([]);
    expect(world.log.rows.size).toBe(0);
  });
});

describe('a delivery that waits', () => {
  it('is never written over a recorded attempt: its success is conditional', async () => {
    const message = aDeliveryMessage({ turn: { at: NOW, line: 0 } });
    const world = aPacedWorld();
    world.client.meanwhile = () => {
      const recorded = aDeliveryRow({ attempts: [anAttempt()], nextAttemptAt: NOW + 30_000 });
      world.log.rows.set(`${message.tenantId}#${message.webhookId}#${message.deliveryId}`, recorded);
    };
    await world.receive(messageRecord(message));
    expect(world.log.row(message)?.attempts).toMatchObject([{ statusCode: 500 }, { statusCode: 200, duplicate: true }]);
  });

  it.each([
    ['paused', { state: { kind: 'paused' } }, 'webhook-paused'],
    ['set to a higher threshold', { alerts: { enabled: true, minSeverity: 'critical' } }, 'below-threshold'],
  ] as const)('is dropped at its next look once its webhook is %s', async (_what, change, reason) => {
    const waiting = { lastAttempt: 0, waitingSince: NOW - HOUR, reconcileAt: NOW + HOUR };
    const world = aSendWorld({
      webhooks: [paced({ nextTurnAt: NOW + 120_000 }, change)],
      rows: [aDeliveryRow(waiting)],
    });
    await world.receive(messageRecord(aDeliveryMessage({ sentOn: true }), { queue: 'retry' }));
    const row = world.log.row(aDeliveryRow());
    expect(row).toMatchObject({ status: 'cancelled', reason });
    expect(row).not.toHaveProperty('waitingSince');
    expect(world.queues.retries).toEqual([]);
  });

  it('leaves no more than two minutes of the line unused when its webhook is paused', async () => {
    const world = aPacedWorld();
    await world.receive(...messages(300).map((message) => messageRecord(message)));
    const waiting = [...world.queues.later.splice(0), ...world.queues.retries.splice(0)];
    expect(waiting).toHaveLength(299);
    const webhook = (state: Webhook['state']) => void world.store.webhooks.set('acme#wh_siem', paced(taken, { state }));
    const taken = await turnsOf(world);
    webhook({ kind: 'paused' });
    await world.receive(...waiting.map(({ message }) => messageRecord(message, { queue: 'retry' })));
    webhook({ kind: 'enabled' });
    const next = aDeliveryMessage({ finding: aCanonicalFinding({ id: 'after-the-pause' }) });
    world.clock.moveOn(1);
    await world.receive(messageRecord(next));
    expect(world.client.requests).toHaveLength(1);
    expect(world.queues.later).toHaveLength(1);
    expect(world.queues.later[0]?.delaySeconds).toBeLessThanOrEqual(120);
    expect([...world.log.rows.values()].filter(({ status }) => status === 'cancelled')).toHaveLength(299);
  });

  it('looks again after two minutes at first and a quarter of an hour at most, up to a quarter earlier', async () => {
    const bounds: readonly (readonly [waited: number, least: number, most: number])[] = [
      [0, 90, 120],
      [16 * 60_000, 180, 240],
      [24 * HOUR, 675, 900],
    ];
    for (const [waited, least, most] of bounds) {
      const world = aPacedWorld({ nextTurnAt: NOW + 120_000 });
      const waiting = { lastAttempt: 0, waitingSince: NOW - waited, reconcileAt: NOW + 2 * HOUR };
      const looking = messages(30, { sentOn: true });
      for (const { deliveryId } of looking) {
        world.log.rows.set(`acme#wh_siem#${deliveryId}`, aDeliveryRow({ ...waiting, deliveryId }));
      }
      await world.receive(...looking.map((message) => messageRecord(message, { queue: 'retry' })));
      const delays = world.queues.retries.map(({ delaySeconds }) => delaySeconds);
      expect(delays).toHaveLength(30);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...delays)).toBeLessThanOrEqual(most);
      expect(new Set(delays).size).toBeGreaterThan(5);
    }
  });

  it('of an ended delivery opens it, as its attempt would', async () => {
    const ended = { status: 'failed', reason: 'exhausted', lastAttempt: 4, failedAt: 1, ticketSentAt: 2 } as const;
    const world = aPacedWorld({ nextTurnAt: NOW + 120_000 }, { rows: [aDeliveryRow(ended)] });
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 5, reopen: 'operator' }), { queue: 'retry' }));
    expect(world.log.row(aDeliveryRow())).toMatchObject({
      status: 'pending',
      lastAttempt: 4,
      attemptLimit: 8,
      waitingSince: NOW,
    });
  });

  it('goes on by the retry queue once its webhook is slow, and keeps its turn', async () => {
    const slow = { failuresInARow: 0, exhaustedCount: 0, slowAt: NOW };
    const world = aSendWorld({ webhooks: [paced({ nextTurnAt: NOW + 60_000 }, { health: slow })] });
    const turn = { at: NOW, line: 0 };
    await world.receive(messageRecord(aDeliveryMessage({ turn })));
    const [sent] = world.queues.retries;
    expect(sent?.message).toMatchObject({ turn, sentOn: true });
    await world.receive(messageRecord(sent?.message ?? aDeliveryMessage(), { queue: 'retry' }));
    expect(world.client.requests).toHaveLength(1);
    expect(world.store.updates).toBe(0);
  });
});

describe('lateness', () => {
  const MINUTE = 60_000;
  const LATE = { waitingSince: NOW - 30 * MINUTE, reconcileAt: NOW + 2 * HOUR, lastAttempt: 0 };

  async function look(
    webhook: Partial<Webhook>,
    row: Partial<DeliveryRow> = LATE,
    message: Partial<DeliveryMessage> = {},
  ) {
    const world = aSendWorld({ webhooks: [paced(undefined, webhook)], rows: [aDeliveryRow(row)] });
    await world.receive(messageRecord(aDeliveryMessage({ sentOn: true, ...message }), { queue: 'retry' }));
    const { telemetry } = world;
    return { world, late: telemetry.counted('delivery.late'), warnings: telemetry.warnings };
  }
  const FULL = { turns: { nextTurnAt: NOW + 120_000 } };

  it('is reported of a line that stands still at each look, without a write', async () => {
    const { world, late, warnings } = await look(
      { ...FULL, explainedMillis: 9 * MINUTE },
      { ...LATE, explainedBefore: 9 * MINUTE },
    );
    expect(late).toBe(1);
    expect(warnings).toEqual([
      {
        event: 'delivery.late',
        fields: { tenantId: 'acme', webhookId: 'wh_siem', deliveryId: aDeliveryRow().deliveryId, lateSeconds: 1_800 },
      },
    ]);
    expect(world.client.requests).toEqual([]);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ waitingSince: LATE.waitingSince });
    expect(world.store.updates).toBe(0);
  });

  it('is reported of a delivery that goes late, when it goes and not with its retry', async () => {
    const { world, late } = await look({});
    expect([late, world.client.requests.length]).toEqual([1, 1]);
    expect((await look({}, { lastAttempt: 1, nextAttemptAt: NOW - HOUR }, { attempt: 2 })).late).toBe(0);
  });

  it('is not reported while the next turn is within reach: it is when that has come', async () => {
    expect((await look({ turns: { nextTurnAt: NOW + 60_000 } })).late).toBe(0);
  });

  it('is what the turns of others do not explain, at the pace and however long the line is', async () => {
    const dayLong = { ...LATE, waitingSince: NOW - 24 * HOUR, explainedBefore: HOUR };
    expect((await look({ ...FULL, explainedMillis: 25 * HOUR }, dayLong)).late).toBe(0);
    expect((await look({ ...FULL, explainedMillis: 25 * HOUR - 30 * MINUTE + 1 }, dayLong)).late).toBe(0);
    expect((await look({ ...FULL, explainedMillis: 25 * HOUR - 30 * MINUTE }, dayLong)).late).toBe(1);
  });

  it('grows while a receiver refuses all: what it takes is less than its pace', async () => {
    const world = aPacedWorld(undefined, {
      replies: Array(60).fill({ statusCode: 429, headers: { 'retry-after': '900' } }),
    });
    await world.receive(...messages(150).map((message) => messageRecord(message)));
    for (let minute = 0; minute < 60; minute += 1) {
      world.clock.moveOn(MINUTE);
      const due = [...world.queues.later.splice(0), ...world.queues.retries.splice(0)];
      await world.receive(...due.map(({ message }) => messageRecord(message, { queue: 'retry' })));
    }
    expect(world.client.requests.length).toBeLessThan(10);
    expect(world.telemetry.counted('delivery.late')).toBeGreaterThan(100);
  });

  it('has no part in a webhook without a pace', async () => {
    const world = aSendWorld({ webhooks: [aWebhook()], rows: [aDeliveryRow(LATE)] });
    await world.receive(messageRecord(aDeliveryMessage({ sentOn: true }), { queue: 'retry' }));
    expect(world.client.requests).toHaveLength(1);
    expect(world.telemetry.counted('delivery.late')).toBe(0);
  });

  it('begins with a wait, which is counted once', async () => {
    const world = aPacedWorld(FULL.turns);
    await world.receive(messageRecord(aDeliveryMessage()));
    await world.receive(messageRecord(aDeliveryMessage({ sentOn: true }), { queue: 'retry' }));
    expect(world.telemetry.counted('delivery.waiting')).toBe(1);
  });
});

describe('a refusal at a webhook of a pace', () => {
  it('makes its turns rarer between the POST and the record, and its retry comes when it is due', async () => {
    const world = aPacedWorld(undefined, { replies: [{ statusCode: 429, headers: { 'retry-after': '40' } }] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(await turnsOf(world)).toEqual({
      nextTurnAt: NOW + 40_000,
      throttledUntil: NOW + 40_000,
      paceMillis: 2_000,
    });
    expect(world.log.row(aDeliveryRow())).toMatchObject({ nextAttemptAt: NOW + 40_000 });
    expect((await world.store.find(aTenantId(), aWebhookId()))?.retryTurnAt).toBeUndefined();
  });

  it('of an attempt under the line before changes nothing: one refusal of a burst counts', async () => {
    const world = aPacedWorld(undefined, { replies: [429] });
    const refused = paced({ nextTurnAt: NOW + 9_000, throttledUntil: NOW + 8_000, paceMillis: 2_000 });
    world.client.meanwhile = () => void world.store.webhooks.set('acme#wh_siem', refused);
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(await turnsOf(world)).toEqual(refused.turns);
  });

  it('counts with the last attempt too', async () => {
    const world = aPacedWorld(undefined, { rows: [aDeliveryRow({ lastAttempt: 3 })], replies: [429] });
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 4 }), { queue: 'retry' }));
    expect((await turnsOf(world))?.throttledUntil).toBe(NOW + 1_000);
  });

  it('is no reason to slow down where a receiver merely fails', async () => {
    const world = aPacedWorld(undefined, { replies: [500] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(await turnsOf(world)).toEqual({ nextTurnAt: NOW + 1_000 });
  });

  it('returns nothing if it cannot be written', async () => {
    const world = aPacedWorld(undefined, { replies: [429] });
    world.store.update = async () => {
      throw new DependencyUnavailable('config-table', 'change a webhook', new Error('down'));
    };
    const returned = await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.telemetry.failures).toMatchObject([{ event: 'turn.untaken' }, { event: 'dependency.failed' }]);
    // The count of failures cannot be written either, and after the record a return repeats no POST.
    expect(returned).toEqual(['m1']);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ lastAttempt: 1 });
  });

  it('of a daily budget lets the refused queue up, and leaves the turns of the others', async () => {
    const webhook = paced({ nextTurnAt: NOW - 5_000 });
    const { store, clock, telemetry } = aSendWorld({ webhooks: [webhook] });
    const decided = {
      webhook,
      message: aDeliveryMessage(),
      result: { kind: 'failure', cause: { statusCode: 429 } },
      decision: { kind: 'retry', at: NOW + 30_000, gapMillis: 1_200 },
      under: { pace: { paceMillis: 26_000, burst: 3_300 }, line: 0 },
    } as const;
    const batch = { lines: store, webhooks: store, clock, telemetry };
    expect(await lineUp(batch, decided)).toMatchObject({ at: NOW + 30_000 });
    expect(await lineUp(batch, decided)).toMatchObject({ at: NOW + 31_200 });
    expect([...store.webhooks.values()]).toEqual([{ ...webhook, retryTurnAt: NOW + 32_400 }]);
  });
});

describe('the interval of a vendor', () => {
  it.each([
    ['a real vendor', undefined, 1_000],
    ['simulated vendors', 0.01, 10],
  ])('is that of %s', async (_name, vendorPaceFactor, paceMillis) => {
    const webhook = aWebhook({ format: { id: 'slack', options: {} } });
    const world = aSendWorld({ webhooks: [webhook], ...(vendorPaceFactor && { vendorPaceFactor }) });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(await turnsOf(world)).toMatchObject({ nextTurnAt: NOW + paceMillis });
  });

  it('never makes the pace that a tenant chose another', async () => {
    const world = aPacedWorld(undefined, { vendorPaceFactor: 0.01 });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(await turnsOf(world)).toMatchObject({ nextTurnAt: NOW + 1_000 });
  });
});
