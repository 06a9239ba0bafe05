import { describe, expect, it } from 'vitest';
import { continuationEffects } from '../../../shared/delivery/continuation.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const exhausted: Partial<DeliveryRow> = { status: 'failed', reason: 'exhausted', lastAttempt: 4, failedAt: NOW };

describe('a row that waits for its next attempt', () => {
  it('needs the message of that attempt, at its time', () => {
    expect(continuationEffects(aDeliveryRow({ lastAttempt: 2, nextAttemptAt: NOW + 5_000 }))).toEqual([
      { kind: 'enqueue-retry', message: aDeliveryMessage({ attempt: 3 }), dueAt: NOW + 5_000 },
    ]);
  });

  it('of a re-opened delivery carries its retry cycle on', () => {
    const row = aDeliveryRow({ lastAttempt: 4, attemptLimit: 8, reopen: 'user', nextAttemptAt: NOW });
    const message = aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'user' });
    expect(continuationEffects(row)).toEqual([{ kind: 'enqueue-retry', message, dueAt: NOW }]);
  });

  it('without a time is due at once', () => {
    expect(continuationEffects(aDeliveryRow({ lastAttempt: 2 }))).toMatchObject([{ dueAt: 0 }]);
  });
});

describe('a row that is exhausted', () => {
  it('needs its redrive message, announced before and marked after it', () => {
    const row = aDeliveryRow(exhausted);
    const { tenantId, webhookId, deliveryId } = row;
    expect(continuationEffects(row)).toEqual([
      {
        kind: 'announce',
        tenantId,
        announcement: { kind: 'delivery-failed', webhookId, deliveryId, reason: 'exhausted', attempts: 4 },
      },
      {
        kind: 'send-redrive-message',
        message: aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' }),
      },
      { kind: 'mark-redrive-message-sent', row },
    ]);
  });

  it('needs nothing once that is marked', () => {
    expect(continuationEffects(aDeliveryRow({ ...exhausted, ticketSentAt: NOW }))).toEqual([]);
  });
});

describe('a row that has ended otherwise', () => {
  it.each<Partial<DeliveryRow>>([
    { status: 'failed', reason: 'gone' },
    { status: 'failed', reason: 'address-refused' },
    { status: 'delivered' },
    { status: 'held', reason: 'webhook-disabled' },
    { status: 'cancelled', reason: 'webhook-paused' },
  ])('needs nothing: $status $reason', (row) => {
    expect(continuationEffects(aDeliveryRow(row))).toEqual([]);
  });
});
