/**
 * What a received message means, given what the row says. One principle decides every doubtful case: continue from
 * what is recorded, never just acknowledge. See "Delivery protocol" in `docs/design.md` for the table.
 */
import type { DeliveryMessage, DeliveryRow } from './delivery.ts';
import { hasLiveLease, isDigest, owesMembers, owesRedriveMessage } from './row-change.ts';

export type Step =
  /** There is nothing left to do for this message. */
  | { readonly kind: 'acknowledge' }
  /** Leave it on the queue: another worker makes this attempt, or the message is ahead of the record. */
  | { readonly kind: 'return'; readonly because: 'ahead-of-record' }
  | { readonly kind: 'return'; readonly because: 'leased'; readonly until: number }
  /** Send what the row still needs (`continuation.ts`), then acknowledge: its message may never have been sent. */
  | { readonly kind: 'continue'; readonly row: DeliveryRow }
  /** A digest has ended: the deliveries that went with it get its outcome. */
  | { readonly kind: 'settle-members'; readonly row: DeliveryRow }
  /** The row of a later attempt is missing: put it back, then look again. */
  | { readonly kind: 'restore' }
  /** Make the attempt, if it may be sent: `row` is to be claimed first; without one no claim is needed. */
  | { readonly kind: 'attempt'; readonly row: DeliveryRow | undefined };

export function nextStep(row: DeliveryRow | undefined, message: DeliveryMessage, nowMillis: number): Step {
  if (row !== undefined && owesMembers(row)) {
    return { kind: 'settle-members', row };
  }
  // A digest has its row before its message. Without one its deliveries open another.
  if (message.digestEndsAt !== undefined && (row === undefined || !isDigest(row))) {
    return { kind: 'acknowledge' };
  }
  if (row === undefined) {
    return message.attempt === 1 ? { kind: 'attempt', row } : { kind: 'restore' };
  }
  switch (row.status) {
    case 'delivered':
    case 'cancelled':
      return { kind: 'acknowledge' };
    case 'failed':
    case 'held':
      return stepOfEnded(row, message);
    case 'pending':
      return stepOfPending(row, message, nowMillis);
  }
}

function stepOfEnded(row: DeliveryRow, message: DeliveryMessage): Step {
  if (message.reopen !== undefined && message.attempt === row.lastAttempt + 1) {
    return { kind: 'attempt', row };
  }
  if (message.attempt === row.lastAttempt && owesRedriveMessage(row)) {
    return { kind: 'continue', row };
  }
  return { kind: 'acknowledge' };
}

function stepOfPending(row: DeliveryRow, message: DeliveryMessage, nowMillis: number): Step {
  const next = row.lastAttempt + 1;
  const dueAt = row.nextAttemptAt ?? nowMillis;
  if (message.attempt < row.lastAttempt) {
    return { kind: 'acknowledge' };
  }
  if (message.attempt > next) {
    return { kind: 'return', because: 'ahead-of-record' };
  }
  // Either the recorded attempt whose successor may never have been sent, or the successor before its time.
  if (message.attempt === row.lastAttempt || nowMillis < dueAt) {
    return { kind: 'continue', row };
  }
  if (hasLiveLease(row, nowMillis)) {
    return { kind: 'return', because: 'leased', until: row.leaseUntil ?? nowMillis };
  }
  return { kind: 'attempt', row };
}
