import { describe, expect, it } from 'vitest';
import { cancel, hold } from '../../../shared/delivery/cancel-or-hold.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

describe('a delivery that may not be sent', () => {
  const message = aDeliveryMessage({ attempt: 2 });

  it('is cancelled with the reason, and nothing waits for it any more', () => {
    const row = aDeliveryRow({ nextAttemptAt: 1, reconcileAt: 2 });
    const change = cancel(row, message, 'webhook-paused', NOW);
    expect(change.row).toEqual({ ...aDeliveryRow(), status: 'cancelled', reason: 'webhook-paused' });
  });

  it('is held while its webhook is disabled, to be found among what needs attention', () => {
    const change = hold(undefined, aDeliveryMessage(), NOW);
    expect(change.row).toMatchObject({ status: 'held', reason: 'webhook-disabled', failedAt: NOW, lastAttempt: 0 });
  });
});
