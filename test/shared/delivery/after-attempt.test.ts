import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAttempt, type DecidedAttempt } from '../../../shared/delivery/after-attempt.ts';
import { continuationEffects } from '../../../shared/delivery/continuation.ts';
import type { Decision } from '../../../shared/delivery/decide-retry.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import type { Effect } from '../../../shared/delivery/effect.ts';
import { nextStep } from '../../../shared/delivery/next-step.ts';
import { claim } from '../../../shared/delivery/retry-cycle.ts';
import type { RowCondition } from '../../../shared/delivery/row-change.ts';
import { equals, holds } from '../../../shared/runtime/condition.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aWebhook } from '../../builders/webhook.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const DONE: Decision = { kind: 'done' };

interface Case {
  readonly attempt?: number;
  readonly attemptLimit?: number;
  readonly isFirstReceive?: boolean;
  readonly decision: Decision;
  readonly asksToDisable?: true;
}

/** A first attempt is made without a claim, a later one under a lease. */
function anAttemptThat({ attempt = 1, attemptLimit = 4, isFirstReceive = true, ...made }: Case): DecidedAttempt {
  const { decision } = made;
  const message = aDeliveryMessage({ attempt, attemptLimit });
  const row = aDeliveryRow({ lastAttempt: attempt - 1, attemptLimit });
  return {
    claimed: attempt === 1 ? undefined : claim(row, message, 'ours', NOW).row,
    message,
    isFirstReceive,
    webhook: aWebhook(),
    attempt: anAttempt({ number: attempt, statusCode: decision.kind === 'done' ? 200 : 500 }),
    ...made,
  };
}

function inWords(effect: Effect): string {
  return effect.onlyIf === undefined ? wordsOf(effect) : `${wordsOf(effect)}, if ${effect.onlyIf}`;
}

/** Of the two conditions of a record only one holds without a row; the other names our lease. */
function guardOf(when: RowCondition): string {
  if (holds(when, undefined)) {
    return 'absent';
  }
  return JSON.stringify(when).includes(JSON.stringify(equals('lease', 'ours'))) ? 'leased' : when.kind;
}

function wordsOf(effect: Effect): string {
  switch (effect.kind) {
    case 'record': {
      const { row, when } = effect.change;
      const status = row.reason === undefined ? row.status : `${row.status} as ${row.reason}`;
      return `record ${status} while ${guardOf(when)}, else ${effect.ifConflict}`;
    }
    case 'record-success':
      return `record ${effect.change.row.status} while ${guardOf(effect.change.when)}, else over what is there`;
    case 'record-first-success':
      return `record ${effect.row.status} with the batch`;
    case 'note-health':
      return `note ${effect.event}`;
    case 'disable-webhook':
      return `disable as ${effect.reason}`;
    case 'announce':
      return `announce ${effect.announcement.kind}`;
    case 'enqueue-retry':
      return `enqueue attempt ${effect.message.attempt} in ${(effect.dueAt - NOW) / 1000} s`;
    case 'enqueue-later':
      return `enqueue attempt ${effect.message.attempt} with a turn`;
    case 'send-redrive-message':
      return `send the redrive message of attempt ${effect.message.attempt}`;
    case 'mark-redrive-message-sent':
      return 'mark it as sent';
    case 'settle-members':
      return `settle the members of a digest that is ${effect.digest.status}`;
    case 'count':
      return `count ${effect.metric}`;
    case 'warn':
      return `warn ${effect.event}`;
  }
}

const table: Readonly<Record<string, Case & { readonly effects: readonly string[] }>> = {
  'a first attempt that succeeds': {
    decision: DONE,
    effects: [
      'record delivered with the batch',
      'count delivery.delivered',
      'note succeeded',
      'announce webhook-recovered, if recovered',
    ],
  },
  'a first attempt that succeeds, of a message that was handed out before': {
    isFirstReceive: false,
    decision: DONE,
    effects: [
      'record delivered while absent, else over what is there',
      'count delivery.delivered',
      'note succeeded',
      'announce webhook-recovered, if recovered',
    ],
  },
  'a later attempt that succeeds': {
    attempt: 2,
    decision: DONE,
    effects: [
      'record delivered while leased, else over what is there',
      'count delivery.delivered',
      'note succeeded',
      'announce webhook-recovered, if recovered',
    ],
  },
  'a first attempt that fails': {
    decision: { kind: 'retry', at: NOW + 30_000 },
    effects: [
      'record pending while absent, else look-again',
      'note attempt-failed',
      'count delivery.retried',
      'enqueue attempt 2 in 30 s',
    ],
  },
  'a later attempt that fails': {
    attempt: 3,
    decision: { kind: 'retry', at: NOW + 480_000 },
    effects: [
      'record pending while leased, else look-again',
      'note attempt-failed',
      'count delivery.retried',
      'enqueue attempt 4 in 480 s',
    ],
  },
  'the last attempt of a retry cycle that fails': {
    attempt: 4,
    decision: { kind: 'give-up', reason: 'exhausted' },
    effects: [
      'record failed as exhausted while leased, else look-again',
      'note attempt-failed',
      'count delivery.failed',
      'note exhausted',
      'disable as failing, if failing-for-long',
      'announce webhook-disabled, if disabled-now',
      'announce delivery-failed',
      'send the redrive message of attempt 5',
      'mark it as sent',
    ],
  },
  '410': {
    decision: { kind: 'give-up', reason: 'gone' },
    effects: [
      'disable as gone',
      'record failed as gone while absent, else look-again',
      'note attempt-failed',
      'count delivery.failed',
      'announce webhook-disabled, if disabled-now',
      'announce delivery-failed',
    ],
  },
  'a success that asks to disable the webhook': {
    asksToDisable: true,
    decision: DONE,
    effects: [
      'disable as requested',
      'record delivered with the batch',
      'count delivery.delivered',
      'note succeeded',
      'announce webhook-recovered, if recovered',
      'announce webhook-disabled, if disabled-now',
    ],
  },
  'a failure that asks to disable the webhook': {
    asksToDisable: true,
    decision: { kind: 'retry', at: NOW + 30_000 },
    effects: [
      'disable as requested',
      'record pending while absent, else look-again',
      'note attempt-failed',
      'count delivery.retried',
      'announce webhook-disabled, if disabled-now',
      'enqueue attempt 2 in 30 s',
    ],
  },
  'a last failure that asks to disable the webhook': {
    attempt: 4,
    asksToDisable: true,
    decision: { kind: 'give-up', reason: 'exhausted' },
    effects: [
      'disable as requested',
      'record failed as exhausted while leased, else look-again',
      'note attempt-failed',
      'count delivery.failed',
      'note exhausted',
      'announce webhook-disabled, if disabled-now',
      'announce delivery-failed',
      'send the redrive message of attempt 5',
      'mark it as sent',
    ],
  },
  'an address that is refused': {
    decision: { kind: 'give-up', reason: 'address-refused' },
    effects: [
      'record failed as address-refused while absent, else look-again',
      'note attempt-failed',
      'count delivery.failed',
      'count address.refused',
      'announce delivery-failed',
    ],
  },
  'a URL that is refused': {
    attempt: 2,
    decision: { kind: 'give-up', reason: 'url-refused' },
    effects: [
      'record failed as url-refused while leased, else look-again',
      'note attempt-failed',
      'count delivery.failed',
      'count address.refused',
      'announce delivery-failed',
    ],
  },
};

describe('what follows from an attempt, in this order', () => {
  it.each(Object.entries(table))('%s', (_name, { effects, ...made }) => {
    expect(afterAttempt(anAttemptThat(made), NOW).map(inWords)).toEqual(effects);
  });
});

/** Attempts of every retry cycle, each with a decision that fits its place in the cycle. */
const attempts = fc
  .record({
    attempt: fc.integer({ min: 1, max: 12 }),
    isFirstReceive: fc.boolean(),
    outcome: fc.constantFrom('done', 'failed', 'gone', 'address-refused', 'url-refused'),
    delayMillis: fc.integer({ min: 0, max: 6 * 60 * 60 * 1000 }),
    asksToDisable: fc.boolean(),
  })
  .map(({ attempt, isFirstReceive, outcome, delayMillis, asksToDisable }): Case => {
    const attemptLimit = Math.ceil(attempt / 4) * 4;
    const asks = asksToDisable && (outcome === 'done' || outcome === 'failed');
    const made = { attempt, attemptLimit, isFirstReceive, ...(asks && { asksToDisable }) };
    switch (outcome) {
      case 'done':
        return { ...made, decision: DONE };
      case 'failed':
        return attempt === attemptLimit
          ? { ...made, decision: { kind: 'give-up', reason: 'exhausted' } }
          : { ...made, decision: { kind: 'retry', at: NOW + delayMillis } };
      default:
        return { ...made, decision: { kind: 'give-up', reason: outcome } };
    }
  });

const RECORDS = ['record', 'record-success', 'record-first-success'];
const MESSAGES = ['enqueue-retry', 'send-redrive-message'];

function always(holds: (effects: readonly Effect[], made: DecidedAttempt) => void): void {
  fc.assert(
    fc.property(attempts, (drawn) => {
      const made = anAttemptThat(drawn);
      holds(afterAttempt(made, NOW), made);
    }),
  );
}

function isFinal({ decision }: DecidedAttempt): boolean {
  return decision.kind === 'give-up' && decision.reason !== 'exhausted';
}

function kindsOf(effects: readonly Effect[]): readonly string[] {
  return effects.map(({ kind }) => kind);
}

function recordedRow(effects: readonly Effect[]): DeliveryRow | undefined {
  for (const effect of effects) {
    if (effect.kind === 'record-first-success') {
      return effect.row;
    }
    if (effect.kind === 'record' || effect.kind === 'record-success') {
      return effect.change.row;
    }
  }
  return undefined;
}

function messagesIn(effects: readonly Effect[]): readonly string[] {
  return kindsOf(effects).filter((kind) => MESSAGES.includes(kind));
}

describe('after every attempt', () => {
  it('there is one record, and only a disabling by 410 or on request comes before it', () => {
    always((effects, { decision, asksToDisable }) => {
      const kinds = kindsOf(effects);
      const isGone = decision.kind === 'give-up' && decision.reason === 'gone';
      expect(kinds.filter((kind) => RECORDS.includes(kind))).toHaveLength(1);
      expect(
        kinds.slice(
          0,
          kinds.findIndex((kind) => RECORDS.includes(kind)),
        ),
      ).toEqual(isGone || asksToDisable ? ['disable-webhook'] : []);
    });
  });

  it('health is noted after the record and before anything is sent or announced', () => {
    always((effects) => {
      const kinds = kindsOf(effects);
      const noted = kinds.indexOf('note-health');
      const sent = kinds.findIndex((kind) => kind === 'announce' || MESSAGES.includes(kind));
      expect(noted).toBeGreaterThan(kinds.findIndex((kind) => RECORDS.includes(kind)));
      expect(sent).toBeGreaterThan(noted);
    });
  });

  it('a success and a final result send no further message', () => {
    always((effects, made) => {
      if (made.decision.kind === 'done' || isFinal(made)) {
        expect(messagesIn(effects)).toEqual([]);
        expect(kindsOf(effects)).not.toContain('mark-redrive-message-sent');
      }
    });
  });

  it('every failure that is not final sends exactly one message: the next attempt or the redrive message', () => {
    always((effects, made) => {
      if (made.decision.kind !== 'done' && !isFinal(made)) {
        const isRetried = made.decision.kind === 'retry';
        expect(messagesIn(effects)).toEqual([isRetried ? 'enqueue-retry' : 'send-redrive-message']);
      }
    });
  });

  it('a redrive message is announced before it is sent, and marked after it', () => {
    always((effects) => {
      const kinds = kindsOf(effects);
      const sent = kinds.indexOf('send-redrive-message');
      if (sent !== -1) {
        expect(effects[sent - 1]).toMatchObject({ kind: 'announce', announcement: { kind: 'delivery-failed' } });
        expect(kinds.slice(sent + 1)).toEqual(['mark-redrive-message-sent']);
      }
    });
  });

  it('a crash behind the record loses no message: the same one, received again, ends with the same effects', () => {
    always((effects, { message }) => {
      const again = nextStep(recordedRow(effects), message, NOW);
      const continued = again.kind === 'continue' ? continuationEffects(again.row) : [];
      expect(continued).toEqual(effects.slice(effects.length - continued.length));
      expect(messagesIn(continued)).toEqual(messagesIn(effects));
    });
  });

  it('each message carries the same delivery on: the attempt after the recorded one', () => {
    always((effects, { message }) => {
      const { tenantId, webhookId, deliveryId, finding } = message;
      for (const effect of effects) {
        if (effect.kind === 'enqueue-retry' || effect.kind === 'send-redrive-message') {
          const attempt = message.attempt + 1;
          expect(effect.message).toMatchObject({ tenantId, webhookId, deliveryId, finding, attempt });
        }
      }
    });
  });
});
