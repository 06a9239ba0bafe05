/**
 * What the row of a delivery still needs: the message of its next attempt, or the redrive message of an exhausted retry
 * cycle. An ended delivery needs nothing.
 */

import { lifecycleFields, lifecycleOf } from '../finding/lifecycle.ts';
import { all, equals } from '../runtime/condition.ts';
import { announceFailure } from './announcement.ts';
import type { DeliveryMessage, DeliveryRow } from './delivery.ts';
import type { ContinuationEffect } from './effect.ts';
import { ATTEMPTS_PER_CYCLE } from './retry-policy.ts';
import { isDigest, owesMembers, owesRedriveMessage, REDRIVE_MESSAGE_OWED, type RowChange } from './row-change.ts';

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
  if (row.status === 'pending' || owesMembers(row)) {
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

export function markRedriveMessageSent(row: DeliveryRow, nowMillis: number): RowChange {
  const { reconcileAt: _done, reconciles: _count, ...rest } = row;
  return {
    row: { ...rest, ticketSentAt: nowMillis },
    when: all(REDRIVE_MESSAGE_OWED, equals('lastAttempt', row.lastAttempt)),
  };
}

/** The message that continues from the row: the attempt after the latest recorded one. */
export function continuationOf(row: DeliveryRow): DeliveryMessage {
  const { tenantId, webhookId, deliveryId, lastAttempt, attemptLimit, finding, reopen, digestEndsAt } = row;
  return {
    tenantId,
    webhookId,
    deliveryId,
    attempt: lastAttempt + 1,
    attemptLimit,
    ...(reopen && { reopen }),
    ...lifecycleFields(lifecycleOf(row)),
    ...(isDigest(row) && digestEndsAt !== undefined && { digestEndsAt }),
    finding,
  };
}

/** In the retry queue, this message opens the next retry cycle of its delivery. */
export function redriveMessageOf(row: DeliveryRow): DeliveryMessage {
  return { ...continuationOf(row), attemptLimit: row.lastAttempt + ATTEMPTS_PER_CYCLE, reopen: 'operator' };
}
