import { describe, expect, it } from 'vitest';
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { nextStep } from '../../../shared/delivery/next-step.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

interface Case {
  readonly row: Partial<DeliveryRow> | undefined;
  readonly message: Partial<DeliveryMessage>;
  readonly step: object;
}

/** Every line of the table in "Delivery protocol" of docs/design.md, and its edges. */
const cases: Readonly<Record<string, Case>> = {
  'delivered, any message': {
    row: { status: 'delivered', lastAttempt: 1 },
    message: { attempt: 2 },
    step: { kind: 'acknowledge' },
  },
  'delivered, even a re-opening one': {
    row: { status: 'delivered', lastAttempt: 4 },
    message: { attempt: 5, reopen: 'user' },
    step: { kind: 'acknowledge' },
  },
  'cancelled, any message': {
    row: { status: 'cancelled', lastAttempt: 0 },
    message: { attempt: 1 },
    step: { kind: 'acknowledge' },
  },
  'failed, re-opened with the next attempt': {
    row: { status: 'failed', reason: 'exhausted', lastAttempt: 4, ticketSentAt: 1 },
    message: { attempt: 5, reopen: 'operator' },
    step: { kind: 'attempt' },
  },
  'failed, the exhausted original, redrive message owed': {
    row: { status: 'failed', reason: 'exhausted', lastAttempt: 4 },
    message: { attempt: 4 },
    step: { kind: 'continue', row: { lastAttempt: 4 } },
  },
  'failed, the exhausted original, redrive message sent': {
    row: { status: 'failed', reason: 'exhausted', lastAttempt: 4, ticketSentAt: 1 },
    message: { attempt: 4 },
    step: { kind: 'acknowledge' },
  },
  'failed by a final result, the original: no redrive message is owed': {
    row: { status: 'failed', reason: 'gone', lastAttempt: 2 },
    message: { attempt: 2 },
    step: { kind: 'acknowledge' },
  },
  'failed, the next attempt without a re-opening': {
    row: { status: 'failed', reason: 'exhausted', lastAttempt: 4, ticketSentAt: 1 },
    message: { attempt: 5 },
    step: { kind: 'acknowledge' },
  },
  'failed, a re-opening that is not the next attempt': {
    row: { status: 'failed', reason: 'exhausted', lastAttempt: 8, ticketSentAt: 1 },
    message: { attempt: 5, reopen: 'operator' },
    step: { kind: 'acknowledge' },
  },
  'held, re-opened with the next attempt': {
    row: { status: 'held', lastAttempt: 0 },
    message: { attempt: 1, reopen: 'user' },
    step: { kind: 'attempt' },
  },
  'held, anything else': {
    row: { status: 'held', lastAttempt: 0 },
    message: { attempt: 1 },
    step: { kind: 'acknowledge' },
  },
  'pending, an attempt before the last recorded one': {
    row: { lastAttempt: 3 },
    message: { attempt: 2 },
    step: { kind: 'acknowledge' },
  },
  'pending, the recorded attempt: its successor goes out with the remaining delay': {
    row: { lastAttempt: 2, nextAttemptAt: NOW + 5_000 },
    message: { attempt: 2 },
    step: { kind: 'continue', row: { lastAttempt: 2, nextAttemptAt: NOW + 5_000 } },
  },
  'pending, the recorded attempt of a re-opened delivery: its retry cycle goes on': {
    row: { lastAttempt: 4, attemptLimit: 8, reopen: 'user', nextAttemptAt: NOW },
    message: { attempt: 4, attemptLimit: 4 },
    step: { kind: 'continue', row: { lastAttempt: 4, attemptLimit: 8, reopen: 'user' } },
  },
  'pending, the next attempt before its time': {
    row: { lastAttempt: 1, nextAttemptAt: NOW + 1 },
    message: { attempt: 2 },
    step: { kind: 'continue', row: { lastAttempt: 1, nextAttemptAt: NOW + 1 } },
  },
  'pending, the next attempt, due to the millisecond': {
    row: { lastAttempt: 1, nextAttemptAt: NOW },
    message: { attempt: 2 },
    step: { kind: 'attempt' },
  },
  'pending, the next attempt, under the live lease of another': {
    row: { lastAttempt: 1, nextAttemptAt: NOW, lease: 'theirs', leaseUntil: NOW + 1 },
    message: { attempt: 2 },
    step: { kind: 'return', because: 'leased' },
  },
  'pending, the next attempt, under a lease that has run out': {
    row: { lastAttempt: 1, nextAttemptAt: NOW, lease: 'theirs', leaseUntil: NOW },
    message: { attempt: 2 },
    step: { kind: 'attempt' },
  },
  'pending, an attempt that has run ahead': {
    row: { lastAttempt: 1 },
    message: { attempt: 3 },
    step: { kind: 'return', because: 'ahead-of-record' },
  },
  'absent, the first attempt': { row: undefined, message: { attempt: 1 }, step: { kind: 'attempt', row: undefined } },
  'absent, a later attempt': { row: undefined, message: { attempt: 2 }, step: { kind: 'restore' } },
};

describe('what a message means, given the row', () => {
  it.each(Object.entries(cases))('%s', (_name, { row, message, step }) => {
    expect(nextStep(row && aDeliveryRow(row), aDeliveryMessage(message), NOW)).toMatchObject(step);
  });
});
