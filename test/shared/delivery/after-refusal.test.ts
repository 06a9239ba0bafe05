import { describe, expect, it } from 'vitest';
import { afterRefusal, type Refusal } from '../../../shared/delivery/after-refusal.ts';
import { cancel, hold } from '../../../shared/delivery/cancel-or-hold.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const paused: Refusal = { kind: 'cancel', reason: 'webhook-paused' };
const disabled: Refusal = { kind: 'hold' };

describe.each([
  ['that has no row yet', undefined],
  ['that waits for its next attempt', aDeliveryRow({ lastAttempt: 1 })],
])('a delivery %s', (_which, row) => {
  const message = aDeliveryMessage({ attempt: (row?.lastAttempt ?? 0) + 1 });

  it('is cancelled, then counted; if the row has changed, the message comes back', () => {
    expect(afterRefusal(row, message, paused, NOW)).toEqual([
      { kind: 'record', change: cancel(row, message, 'webhook-paused', NOW), ifConflict: 'return' },
      { kind: 'count', metric: 'delivery.cancelled' },
    ]);
  });

  it('is held while its webhook is disabled', () => {
    expect(afterRefusal(row, message, disabled, NOW)).toEqual([
      { kind: 'record', change: hold(row, message, NOW), ifConflict: 'return' },
      { kind: 'count', metric: 'delivery.held' },
    ]);
  });
});

describe.each(['failed', 'held'] as const)('a delivery that is %s', (status) => {
  it.each([
    ['webhook-paused', paused],
    ['webhook-disabled', disabled],
  ])('keeps its row, and the refusal is logged: %s', (reason, refusal) => {
    const message = aDeliveryMessage({ attempt: 5, reopen: 'user' });
    const { tenantId, webhookId, deliveryId } = message;
    expect(afterRefusal(aDeliveryRow({ status, lastAttempt: 4 }), message, refusal, NOW)).toEqual([
      { kind: 'count', metric: 'reopen.refused' },
      {
        kind: 'warn',
        event: 'reopen.refused',
        fields: { tenantId, webhookId, deliveryId, reopen: 'user', reason },
      },
    ]);
  });
});
