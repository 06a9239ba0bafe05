/**
 * What the row of a delivery still needs: the message of its next attempt, or the redrive message of an exhausted retry
 * cycle. An ended delivery needs nothing.
 */
import { announceFailure } from './announcement.ts';
import {
  continuationOf,
  type DeliveryMessage,
  type DeliveryRow,
  owesRedriveMessage,
  redriveMessageOf,
} from './delivery.ts';
import type { ContinuationEffect } from './effect.ts';

/** Without a time of its own, the next attempt is due at once. */
const AT_ONCE = 0;

/**
 * The same attempt by the retry queue, where it holds up slow receivers alone. The message says so: until it is acknowledged
 * there are two of them, and neither may take for granted that it makes the attempt alone.
 */
export function sendOnEffects(message: DeliveryMessage): readonly ContinuationEffect[] {
  return [{ kind: 'enqueue-retry', message: { ...message, sentOn: true }, dueAt: AT_ONCE }];
}

export function continuationEffects(row: DeliveryRow): readonly ContinuationEffect[] {
  if (row.status === 'pending') {
    return [{ kind: 'enqueue-retry', message: continuationOf(row), dueAt: row.nextAttemptAt ?? AT_ONCE }];
  }
  // Announce, send, then mark. A crash in between may duplicate the event or the message, never lose it.
  return owesRedriveMessage(row)
    ? [
        { kind: 'announce', tenantId: row.tenantId, announcement: announceFailure(row) },
        { kind: 'send-redrive-message', message: redriveMessageOf(row) },
        { kind: 'mark-redrive-message-sent', row },
      ]
    : [];
}
