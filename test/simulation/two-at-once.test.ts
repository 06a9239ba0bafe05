/** Two at one delivery: whatever the order of their calls and answers, the promises of the design hold at the end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../builders/delivery.ts';
import { runs } from '../thorough.ts';
import { Race } from './race.ts';

/** `npm run proof` sets more. */
const RUNS = Number(process.env['RACES'] ?? runs(300));

const replies = fc.array(fc.constantFrom(200, 500, 500, 500, 410), { maxLength: 12 });

const HISTORY = [1, 2, 3, 4].map((number) => anAttempt({ number }));

/** Its latest attempt failed and the next is due. */
function aPending(lastAttempt: number): DeliveryRow {
  return aDeliveryRow({ lastAttempt, attempts: HISTORY.slice(0, lastAttempt), nextAttemptAt: 0, reconcileAt: 0 });
}

function anExhausted(overrides: Partial<DeliveryRow> = {}): DeliveryRow {
  return aDeliveryRow({
    status: 'failed',
    reason: 'exhausted',
    lastAttempt: 4,
    attempts: HISTORY,
    failedAt: 0,
    ...overrides,
  });
}

const REDRIVE_MESSAGE = aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' });

interface Meeting {
  readonly name: string;
  readonly row: DeliveryRow | undefined;
  readonly parties: readonly ((race: Race) => Promise<void>)[];
}

const firstAttempt = (race: Race) => race.send(aDeliveryMessage());
const firstAttemptAgain = (race: Race) => race.send(aDeliveryMessage(), 2);
const attempt = (number: number) => (race: Race) => race.send(aDeliveryMessage({ attempt: number }), 1);
const attemptAgain = (number: number) => (race: Race) => race.send(aDeliveryMessage({ attempt: number }), 2);
const redriven = (race: Race) => race.send(REDRIVE_MESSAGE);
const byHand = (race: Race) => race.retryByHand();
const reconciled = (race: Race) => race.reconcile();

const MEETINGS: readonly Meeting[] = [
  { name: 'a first attempt and its duplicate event', row: undefined, parties: [firstAttempt, firstAttempt] },
  { name: 'a first attempt and its duplicate receive', row: undefined, parties: [firstAttempt, firstAttemptAgain] },
  {
    name: 'a first attempt and two duplicates',
    row: undefined,
    parties: [firstAttempt, firstAttemptAgain, firstAttempt],
  },
  ...[2, 3, 4].map((number) => ({
    name: `attempt ${number} and its duplicate`,
    row: aPending(number - 1),
    parties: [attempt(number), attemptAgain(number)],
  })),
  { name: 'an attempt and the message before it', row: aPending(2), parties: [attempt(3), attemptAgain(2)] },
  { name: 'an attempt and the reconciler', row: aPending(1), parties: [attempt(2), reconciled] },
  { name: 'two reconcilers and an attempt', row: aPending(3), parties: [reconciled, reconciled, attempt(4)] },
  {
    name: 'the exhausted message and a retry by hand',
    row: anExhausted({ reconcileAt: 0 }),
    parties: [attemptAgain(4), byHand],
  },
  {
    name: 'the exhausted message, the reconciler and a retry by hand',
    row: anExhausted({ reconcileAt: 0 }),
    parties: [attemptAgain(4), reconciled, byHand],
  },
  { name: 'a redrive and a retry by hand', row: anExhausted({ ticketSentAt: 1 }), parties: [redriven, byHand] },
  { name: 'a redrive message redriven twice', row: anExhausted({ ticketSentAt: 1 }), parties: [redriven, redriven] },
  {
    name: 'a redrive whose mark is still owed, the reconciler and the exhausted message',
    row: anExhausted({ reconcileAt: 0 }),
    parties: [redriven, reconciled, attemptAgain(4)],
  },
  { name: 'two people who press retry', row: anExhausted({ ticketSentAt: 1 }), parties: [byHand, byHand] },
  {
    name: 'a redrive and a retry by hand of a held delivery',
    row: aDeliveryRow({
      status: 'held',
      reason: 'webhook-disabled',
      lastAttempt: 4,
      attempts: HISTORY,
      failedAt: 0,
    }),
    parties: [redriven, byHand],
  },
];

describe('nothing is lost and nothing is made twice when these meet:', () => {
  it.each(MEETINGS)('$name', async ({ row, parties }) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), replies, async (scheduler, responses) => {
        const race = new Race(scheduler, { row, replies: responses });
        await scheduler.waitFor(Promise.all(parties.map((party) => party(race))));
        expect(await race.brokenAtRest()).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the race', () => {
  it('notices a claim that is not conditional', async () => {
    const property = fc.asyncProperty(fc.scheduler(), replies, async (scheduler, responses) => {
      const race = new Race(scheduler, { row: aPending(1), replies: responses });
      const { log } = race;
      log.write = async (_tenantId, { row }) => {
        await log.putAll([row]);
        return 'written';
      };
      await scheduler.waitFor(Promise.all([attempt(2)(race), attemptAgain(2)(race)]));
      return (await race.brokenAtRest()) === undefined;
    });
    const { failed } = await fc.check(property, { numRuns: RUNS });
    expect(failed).toBe(true);
  });
});
