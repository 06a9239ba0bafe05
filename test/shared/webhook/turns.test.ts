import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pace, Turns } from '../../../shared/webhook/pace.ts';
import {
  heldTurn,
  intervalMillis,
  LONGEST_THROTTLE_MILLIS,
  lineOf,
  type Reservation,
  reserve,
  TURN_HORIZON_MILLIS,
  throttle,
  turnsFrom,
} from '../../../shared/webhook/turns.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';

const NOW = 1_000_000_000_000;
const SECOND: Pace = { paceMillis: 1_000, burst: 1 };
/** Ten thousand a day at three a delivery, say. */
const BUDGET: Pace = { paceMillis: 26_000, burst: 3_300 };

function aStore(turns?: Turns) {
  return new MemoryWebhookStore(aWebhook(turns === undefined ? {} : { turns }));
}

async function turnsIn(store: MemoryWebhookStore): Promise<Turns> {
  return (await store.find(aTenantId(), aWebhookId()))?.turns ?? {};
}

/** By a worker that has read these turns: how long each turn is away, undefined if the webhook has changed. */
async function take(store: MemoryWebhookStore, pace: Pace, read: Turns, wanted: number, now = NOW) {
  const reservation = reserve(pace, read, wanted, now);
  const firstAt = reservation && (await firstOf(store, reservation));
  return reservation && firstAt !== undefined
    ? turnsFrom(reservation, firstAt, now).map(({ at }) => at - now)
    : undefined;
}

async function firstOf(store: MemoryWebhookStore, { changes }: Reservation): Promise<number | undefined> {
  for (const change of changes) {
    const firstAt = await store.takeTurn(aTenantId(), aWebhookId(), change);
    if (firstAt !== undefined) {
      return firstAt;
    }
  }
  return undefined;
}

describe('turns', () => {
  it.each([
    ['was never used', undefined, [0, 1_000, 2_000]],
    ['ended long ago', { nextTurnAt: NOW - 3_600_000 }, [0, 1_000, 2_000]],
    ['ends now', { nextTurnAt: NOW }, [0, 1_000, 2_000]],
    ['goes on', { nextTurnAt: NOW + 700 }, [700, 1_700, 2_700]],
  ] as const)(
    'come one interval after the other, from now on or from the end of a line that %s',
    async (_w, turns, at) => {
      expect(await take(aStore(turns), SECOND, turns ?? {}, 3)).toEqual(at);
    },
  );

  it('of several workers that have read the same are all different', async () => {
    const store = aStore();
    expect(await take(store, SECOND, {}, 2)).toEqual([0, 1_000]);
    expect(await take(store, SECOND, {}, 1)).toEqual([2_000]);
    const running = await turnsIn(store);
    expect(await take(store, SECOND, running, 1)).toEqual([3_000]);
    expect(await take(store, SECOND, running, 2)).toEqual([4_000, 5_000]);
  });

  it('are never beyond the horizon: of a batch so many get one as there are', async () => {
    const store = aStore({ nextTurnAt: NOW + TURN_HORIZON_MILLIS - 1_500 });
    expect(await take(store, SECOND, await turnsIn(store), 50)).toEqual([118_500, 119_500]);
    expect(reserve(SECOND, await turnsIn(store), 1, NOW)).toBeUndefined();
  });

  it('are not taken by a worker for which others have left too few', async () => {
    const read = { nextTurnAt: NOW + TURN_HORIZON_MILLIS - 2_000 };
    const store = aStore(read);
    expect(await take(store, SECOND, read, 1)).toEqual([118_000]);
    expect(await take(store, SECOND, read, 2)).toBeUndefined();
    expect(await take(store, SECOND, await turnsIn(store), 2)).toEqual([119_000]);
  });

  it('of a budget are as many at one moment as are left of it, and then come with its interval', async () => {
    const store = aStore();
    expect(await take(store, BUDGET, {}, 3_298)).toEqual(Array(3_298).fill(0));
    expect(await take(store, BUDGET, await turnsIn(store), 4)).toEqual([0, 0, 26_000, 52_000]);
    // A day later it is whole again, and no more than whole.
    const nextDay = NOW + 2 * 86_400_000;
    expect(await take(store, BUDGET, await turnsIn(store), 3_302, nextDay)).toEqual([
      ...Array(3_300).fill(0),
      26_000,
      52_000,
    ]);
  });

  it('are taken or not within reach, also where a fraction of a millisecond decides', async () => {
    for (const away of [118_999.5, 119_000, 119_000.5, 119_999, 119_999.5]) {
      const read = { nextTurnAt: NOW + away };
      const reservation = reserve(SECOND, read, 5, NOW);
      const taken = await take(aStore(read), SECOND, read, 5);
      expect(taken?.length).toBe(reservation?.count);
    }
  });

  it('are not taken of a deleted webhook, nor do they bring it back', async () => {
    const store = new MemoryWebhookStore();
    expect(await take(store, SECOND, {}, 1)).toBeUndefined();
    expect(store.webhooks.size).toBe(0);
  });

  it('are not taken of a line that a refusal has ended meanwhile', async () => {
    const store = aStore({ nextTurnAt: NOW + 2_000, throttledUntil: NOW - 1, paceMillis: 2_000 });
    expect(await take(store, SECOND, { nextTurnAt: NOW + 9_000 }, 1)).toBeUndefined();
    expect(await take(store, SECOND, {}, 1)).toBeUndefined();
  });

  it('begin again where a wrong clock has put the end far ahead', async () => {
    const wrong = { nextTurnAt: NOW + 86_400_000 };
    const store = aStore(wrong);
    expect(await take(store, SECOND, wrong, 2)).toEqual([0, 1_000]);
    expect(await turnsIn(store)).toEqual({ nextTurnAt: NOW + 2_000 });
  });

  it('are at most one more than intervals have passed, however many are taken and whenever', async () => {
    const step = fc.record({ after: fc.integer({ min: 0, max: 5_000 }), wanted: fc.integer({ min: 1, max: 10 }) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 30 }), async (burst, steps) => {
        const store = aStore();
        const pace = { paceMillis: 1_000, burst };
        const at: number[] = [];
        let now = NOW;
        let read: Turns = {};
        for (const { after, wanted } of steps) {
          now += after;
          at.push(...((await take(store, pace, read, wanted, now)) ?? []).map((millis) => now + millis));
          // The next worker has read before this one wrote, now and then.
          read = wanted % 3 === 0 ? read : await turnsIn(store);
        }
        const sorted = at.toSorted((a, b) => a - b);
        for (const [index, from] of sorted.entries()) {
          for (const [more, until] of sorted.slice(index).entries()) {
            expect(more + 1).toBeLessThanOrEqual((until - from) / 1_000 + burst);
          }
        }
      }),
    );
  });
});

describe('a turn that a delivery holds', () => {
  const turns = { nextTurnAt: NOW, throttledUntil: NOW - 5_000, paceMillis: 2_000 };
  it.each([
    ['none', undefined, 'void'],
    ['of this line, in the past', { at: NOW - 60_000, line: NOW - 5_000 }, 'now'],
    ['of this line, now', { at: NOW, line: NOW - 5_000 }, 'now'],
    ['of this line, to come', { at: NOW + 1, line: NOW - 5_000 }, 'later'],
    ['of this line, farther than turns are', { at: NOW + 125_001, line: NOW - 5_000 }, 'void'],
    ['of the line before', { at: NOW, line: 0 }, 'void'],
  ] as const)('counts by its line and its time: %s', (_what, turn, expected) => {
    expect(heldTurn(turn, turns, NOW)).toBe(expected);
  });

  it('is of the first line while nothing was refused', () => {
    expect(heldTurn({ at: NOW, line: 0 }, {}, NOW)).toBe('now');
  });
});

describe('a refusal', () => {
  async function refuse(store: MemoryWebhookStore, read: Turns, line: number, askedMillis = 0, now = NOW) {
    const update = throttle(SECOND, read, line, askedMillis, now);
    return update && store.update(aTenantId(), aWebhookId(), update);
  }

  it('makes the next turn wait as the receiver asks, and turns half as frequent', async () => {
    const store = aStore({ nextTurnAt: NOW + 60_000 });
    expect(await refuse(store, {}, 0, 30_000)).toBe('written');
    expect(await turnsIn(store)).toEqual({
      nextTurnAt: NOW + 30_000,
      throttledUntil: NOW + 30_000,
      paceMillis: 2_000,
    });
  });

  it.each([
    ['nothing', 0, 1_000],
    ['less than the interval', 400, 1_000],
    ['for hours', 6 * 3_600_000, LONGEST_THROTTLE_MILLIS],
  ])('that asks %s makes them wait within bounds', async (_what, asked, expected) => {
    const store = aStore();
    await refuse(store, {}, 0, asked);
    expect((await turnsIn(store)).throttledUntil).toBe(NOW + expected);
  });

  it('of an attempt under the line before does not stretch again', async () => {
    const store = aStore();
    expect(await refuse(store, {}, 0)).toBe('written');
    expect(await refuse(store, {}, 0)).toBe('conflict');
    const after = await turnsIn(store);
    expect(await refuse(store, after, lineOf(after), 0, NOW + 5_000)).toBe('written');
    expect((await turnsIn(store)).paceMillis).toBe(4_000);
  });

  it('stretches to four times the pace at most, and each minute after it halves that again', async () => {
    const store = aStore();
    for (let time = 0; time < 5; time += 1) {
      const read = await turnsIn(store);
      await refuse(store, read, lineOf(read), 0, NOW + time * 5_000);
    }
    const turns = await turnsIn(store);
    const at = (millis: number) => intervalMillis(SECOND, turns, (turns.throttledUntil ?? 0) + millis);
    expect([at(-4_000), at(0), at(59_999), at(60_000), at(120_000), at(3_600_000)]).toEqual([
      4_000, 4_000, 4_000, 2_000, 1_000, 1_000,
    ]);
  });

  it('of a budget changes no turns: it has no interval to stretch', () => {
    expect(throttle(BUDGET, {}, 0, 30_000, NOW)).toBeUndefined();
  });

  it('does not bring a deleted webhook back', async () => {
    const store = new MemoryWebhookStore();
    expect(await refuse(store, {}, 0)).toBe('conflict');
    expect(store.webhooks.size).toBe(0);
  });
});
