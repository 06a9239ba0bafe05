/**
 * Section "Delivery protocol" of docs/design.md, line by line: the row and the message are written by hand, the real
 * handler runs, and everything it may touch is compared with what the table says.
 */
import { describe, expect, it } from 'vitest';
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import type { TargetQueue } from '../../../shared/delivery/plan-deliveries.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt, messageRecord } from '../../builders/delivery.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { aSendWorld } from '../../fakes/send-world.ts';

const NOW = new ManualClock().now();
const ENDED = { lastAttempt: 4, attempts: [1, 2, 3, 4].map((number) => anAttempt({ number })) };

interface Effects {
  readonly disposition: 'ack' | 'return';
  readonly posts?: number;
  readonly retries?: readonly (readonly [attempt: number, delaySeconds: number])[];
  readonly redriveMessages?: readonly number[];
  /** What the row must look like afterwards; absent means unchanged. */
  readonly row?: object;
}

interface Line {
  readonly row?: Partial<DeliveryRow>;
  readonly message: Partial<DeliveryMessage>;
  readonly queue?: TargetQueue;
  readonly webhook?: Partial<Webhook> | 'gone';
  readonly reply?: number;
  readonly effects: Effects;
}

const paused = { state: { kind: 'paused' } } as const;
const slow = { health: { failuresInARow: 0, exhaustedCount: 0, slowAt: NOW } };
const failing = { health: { failuresInARow: 5, exhaustedCount: 0 } };
const disabled = { state: { kind: 'disabled', reason: 'failing' } } as const;
const alertsOff = { alerts: { enabled: false, minSeverity: 'info' } } as const;
const aboveIt = { alerts: { enabled: true, minSeverity: 'critical' } } as const;

const table: Readonly<Record<string, Line>> = {
  'delivered | any': {
    row: { status: 'delivered', lastAttempt: 2 },
    message: { attempt: 3 },
    effects: { disposition: 'ack' },
  },
  'delivered | a redrive message': {
    row: { status: 'delivered', lastAttempt: 4 },
    message: { attempt: 5, reopen: 'operator' },
    effects: { disposition: 'ack' },
  },
  'cancelled | any': {
    row: { status: 'cancelled', reason: 'webhook-paused', lastAttempt: 0 },
    message: { attempt: 1 },
    effects: { disposition: 'ack' },
  },
  'cancelled | a redrive message': {
    row: { status: 'cancelled', reason: 'webhook-paused', lastAttempt: 4 },
    message: { attempt: 5, reopen: 'operator' },
    effects: { disposition: 'ack' },
  },
  'failed | reopen and n = lastAttempt+1, accepted': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 5, attemptLimit: 8, reopen: 'operator' },
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 5 } },
  },
  'failed | reopen and n = lastAttempt+1, refused again': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 5, attemptLimit: 8, reopen: 'operator' },
    reply: 500,
    effects: {
      disposition: 'ack',
      posts: 1,
      retries: [[6, 30]],
      row: { status: 'pending', lastAttempt: 5, attemptLimit: 8, reopen: 'operator' },
    },
  },
  'failed | reopen, though the message has an old limit: the row decides': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 5, attemptLimit: 4, reopen: 'operator' },
    reply: 500,
    effects: { disposition: 'ack', posts: 1, retries: [[6, 30]], row: { status: 'pending', attemptLimit: 8 } },
  },
  'failed | reopen, but not the next attempt': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 6, reopen: 'operator' },
    effects: { disposition: 'ack' },
  },
  'failed | the exhausted original, no redrive message marked': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1 },
    message: { attempt: 4 },
    effects: { disposition: 'ack', redriveMessages: [5], row: { status: 'failed', ticketSentAt: NOW } },
  },
  'failed | the exhausted original, redrive message marked': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 4 },
    effects: { disposition: 'ack' },
  },
  'failed | the original of a final result': {
    row: { status: 'failed', reason: 'gone', lastAttempt: 1, failedAt: 1 },
    message: { attempt: 1 },
    effects: { disposition: 'ack' },
  },
  'failed | anything else': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 2 },
    effects: { disposition: 'ack' },
  },
  'held | reopen and n = lastAttempt+1': {
    row: { status: 'held', reason: 'webhook-disabled', lastAttempt: 0, failedAt: 1 },
    message: { attempt: 1, reopen: 'user' },
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 1 } },
  },
  'held | anything else': {
    row: { status: 'held', reason: 'webhook-disabled', lastAttempt: 0, failedAt: 1 },
    message: { attempt: 1 },
    effects: { disposition: 'ack' },
  },
  'pending | n < lastAttempt': {
    row: { lastAttempt: 3, nextAttemptAt: NOW },
    message: { attempt: 2 },
    effects: { disposition: 'ack' },
  },
  'pending | n = lastAttempt, successor in 61.2 s': {
    row: { lastAttempt: 2, nextAttemptAt: NOW + 61_200 },
    message: { attempt: 2 },
    effects: { disposition: 'ack', retries: [[3, 62]] },
  },
  'pending | n = lastAttempt, successor overdue': {
    row: { lastAttempt: 2, nextAttemptAt: NOW - 5_000 },
    message: { attempt: 2 },
    effects: { disposition: 'ack', retries: [[3, 0]] },
  },
  'pending | n = lastAttempt+1, not due for hours: one hop of 900 s': {
    row: { lastAttempt: 2, nextAttemptAt: NOW + 7_200_000 },
    message: { attempt: 3 },
    effects: { disposition: 'ack', retries: [[3, 900]] },
  },
  'pending | n = lastAttempt+1, not due for 1 ms': {
    row: { lastAttempt: 2, nextAttemptAt: NOW + 1 },
    message: { attempt: 3 },
    effects: { disposition: 'ack', retries: [[3, 1]] },
  },
  'pending | n = lastAttempt+1, due, accepted': {
    row: { lastAttempt: 2, nextAttemptAt: NOW },
    message: { attempt: 3 },
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 3 } },
  },
  'pending | n = lastAttempt+1, due, refused': {
    row: { lastAttempt: 2, nextAttemptAt: NOW },
    message: { attempt: 3 },
    reply: 503,
    effects: { disposition: 'ack', posts: 1, retries: [[4, 480]], row: { status: 'pending', lastAttempt: 3 } },
  },
  'pending | n = lastAttempt+1, due, refused at the limit': {
    row: { lastAttempt: 3, nextAttemptAt: NOW },
    message: { attempt: 4 },
    reply: 500,
    effects: {
      disposition: 'ack',
      posts: 1,
      redriveMessages: [5],
      row: { status: 'failed', reason: 'exhausted', lastAttempt: 4 },
    },
  },
  'pending | n = lastAttempt+1, refused beyond the limit of a late copy': {
    row: { lastAttempt: 4, attemptLimit: 8, reopen: 'user', nextAttemptAt: NOW },
    message: { attempt: 5, attemptLimit: 4 },
    reply: 500,
    effects: { disposition: 'ack', posts: 1, retries: [[6, 30]], row: { status: 'pending', attemptLimit: 8 } },
  },
  'pending | n = lastAttempt+1, due, 410': {
    row: { lastAttempt: 1, nextAttemptAt: NOW },
    message: { attempt: 2 },
    reply: 410,
    effects: { disposition: 'ack', posts: 1, row: { status: 'failed', reason: 'gone', lastAttempt: 2 } },
  },
  'pending | n = lastAttempt+1, due, leased by another': {
    row: { lastAttempt: 2, nextAttemptAt: NOW, lease: 'theirs', leaseUntil: NOW + 1 },
    message: { attempt: 3 },
    effects: { disposition: 'return' },
  },
  'pending | n = lastAttempt+1, due, a lease that ran out': {
    row: { lastAttempt: 2, nextAttemptAt: NOW, lease: 'theirs', leaseUntil: NOW },
    message: { attempt: 3 },
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 3 } },
  },
  'pending | n > lastAttempt+1': {
    row: { lastAttempt: 1, nextAttemptAt: NOW },
    message: { attempt: 3 },
    effects: { disposition: 'return' },
  },
  'absent | n = 1, accepted': {
    message: { attempt: 1 },
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 1 } },
  },
  'absent | n = 1, refused': {
    message: { attempt: 1 },
    reply: 500,
    effects: { disposition: 'ack', posts: 1, retries: [[2, 30]], row: { status: 'pending', lastAttempt: 1 } },
  },
  'absent | n = 1, 302': {
    message: { attempt: 1 },
    reply: 302,
    effects: { disposition: 'ack', posts: 1, retries: [[2, 30]], row: { status: 'pending', lastAttempt: 1 } },
  },
  'absent | n = 1, with an absurd limit': {
    message: { attempt: 1, attemptLimit: 999_999 },
    reply: 500,
    effects: { disposition: 'ack', posts: 1, retries: [[2, 30]], row: { status: 'pending', attemptLimit: 4 } },
  },
  'absent | n > 1': {
    message: { attempt: 3 },
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 3 } },
  },
  'absent | a redrive message': {
    message: { attempt: 5, attemptLimit: 8, reopen: 'operator' },
    reply: 500,
    effects: { disposition: 'ack', posts: 1, retries: [[6, 30]], row: { status: 'pending', attemptLimit: 8 } },
  },
  'by the delivery queue | absent, slow': {
    message: { attempt: 1 },
    webhook: slow,
    effects: { disposition: 'ack', retries: [[1, 0]] },
  },
  'by the delivery queue | absent, failing': {
    message: { attempt: 1 },
    webhook: failing,
    effects: { disposition: 'ack', retries: [[1, 0]] },
  },
  'by the delivery queue | pending and due, slow: before the claim': {
    row: { lastAttempt: 1, nextAttemptAt: NOW },
    message: { attempt: 2 },
    webhook: slow,
    effects: { disposition: 'ack', retries: [[2, 0]] },
  },
  'by the delivery queue | delivered, slow': {
    row: { status: 'delivered', lastAttempt: 1 },
    message: { attempt: 1 },
    webhook: slow,
    effects: { disposition: 'ack' },
  },
  'by the delivery queue | absent, slow and paused': {
    message: { attempt: 1 },
    webhook: { ...slow, ...paused },
    effects: { disposition: 'ack', row: { status: 'cancelled', reason: 'webhook-paused' } },
  },
  'by the retry queue | absent, slow': {
    queue: 'retry',
    message: { attempt: 1 },
    webhook: slow,
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 1 } },
  },
  'by the retry queue | absent, failing, sent on': {
    queue: 'retry',
    message: { attempt: 1, sentOn: true },
    webhook: failing,
    reply: 500,
    effects: { disposition: 'ack', posts: 1, retries: [[2, 30]], row: { status: 'pending', lastAttempt: 1 } },
  },
  'may it be sent | absent, webhook gone': {
    message: { attempt: 1 },
    webhook: 'gone',
    effects: { disposition: 'ack', row: { status: 'cancelled', reason: 'webhook-gone', lastAttempt: 0 } },
  },
  'may it be sent | absent, paused': {
    message: { attempt: 1 },
    webhook: paused,
    effects: { disposition: 'ack', row: { status: 'cancelled', reason: 'webhook-paused' } },
  },
  'may it be sent | absent, alerts off': {
    message: { attempt: 1 },
    webhook: alertsOff,
    effects: { disposition: 'ack', row: { status: 'cancelled', reason: 'alerts-off' } },
  },
  'may it be sent | absent, below the threshold': {
    message: { attempt: 1 },
    webhook: aboveIt,
    effects: { disposition: 'ack', row: { status: 'cancelled', reason: 'below-threshold' } },
  },
  'may it be sent | absent, disabled': {
    message: { attempt: 1 },
    webhook: disabled,
    effects: { disposition: 'ack', row: { status: 'held', reason: 'webhook-disabled', failedAt: NOW } },
  },
  'may it be sent | absent, n > 1, paused': {
    message: { attempt: 2 },
    webhook: paused,
    effects: { disposition: 'ack', row: { status: 'cancelled', reason: 'webhook-paused', lastAttempt: 1 } },
  },
  'may it be sent | pending and due, paused': {
    row: { lastAttempt: 1, nextAttemptAt: NOW, reconcileAt: NOW + 1 },
    message: { attempt: 2 },
    webhook: paused,
    effects: { disposition: 'ack', row: { status: 'cancelled', reason: 'webhook-paused', lastAttempt: 1 } },
  },
  'may it be sent | pending and due, disabled': {
    row: { lastAttempt: 1, nextAttemptAt: NOW, reconcileAt: NOW + 1 },
    message: { attempt: 2 },
    webhook: disabled,
    effects: { disposition: 'ack', row: { status: 'held', lastAttempt: 1 } },
  },
  'may it be sent | pending and due, paused, leased by another': {
    row: { lastAttempt: 1, nextAttemptAt: NOW, lease: 'theirs', leaseUntil: NOW + 1 },
    message: { attempt: 2 },
    webhook: paused,
    effects: { disposition: 'return' },
  },
  'may it be sent | failed, a redrive message, paused: keeps its status': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 5, reopen: 'operator' },
    webhook: paused,
    effects: { disposition: 'ack' },
  },
  'may it be sent | failed, retried by the user, alerts off': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 5, reopen: 'user' },
    webhook: alertsOff,
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 5 } },
  },
  'may it be sent | failed, a redrive message, alerts off': {
    row: { ...ENDED, status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 },
    message: { attempt: 5, reopen: 'operator' },
    webhook: alertsOff,
    effects: { disposition: 'ack' },
  },
  'may it be sent | re-opened by the user, then below the threshold': {
    row: { lastAttempt: 5, attemptLimit: 8, reopen: 'user', nextAttemptAt: NOW },
    message: { attempt: 6, attemptLimit: 8, reopen: 'user' },
    webhook: aboveIt,
    effects: { disposition: 'ack', posts: 1, row: { status: 'delivered', lastAttempt: 6 } },
  },
  'may it be sent | held, retried by the user, still disabled: keeps its status': {
    row: { status: 'held', reason: 'webhook-disabled', lastAttempt: 0, failedAt: 1 },
    message: { attempt: 1, reopen: 'user' },
    webhook: disabled,
    effects: { disposition: 'ack' },
  },
};

describe('the protocol, line by line', () => {
  it.each(Object.entries(table))(
    '%s',
    async (_name, { row, message, queue = 'delivery', webhook = {}, reply = 200, effects }) => {
      const before = row && aDeliveryRow(row);
      const world = aSendWorld({
        rows: before ? [before] : [],
        webhooks: webhook === 'gone' ? [] : [aWebhook(webhook)],
        replies: [reply],
      });
      const returned = await world.receive(messageRecord(aDeliveryMessage(message), { queue }));

      expect(returned).toEqual(effects.disposition === 'ack' ? [] : ['m1']);
      expect(world.client.requests).toHaveLength(effects.posts ?? 0);
      expect(world.queues.redriveMessages.map(({ attempt }) => attempt)).toEqual(effects.redriveMessages ?? []);
      expect(world.queues.retries.map((sent) => sent.message.attempt)).toEqual(
        (effects.retries ?? []).map(([attempt]) => attempt),
      );
      for (const [index, [, atLeastSeconds]] of (effects.retries ?? []).entries()) {
        // The policy's jitter adds up to 20 %; hops before the due time are exact.
        const seconds = world.queues.retries[index]?.delaySeconds;
        expect(seconds).toBeGreaterThanOrEqual(atLeastSeconds);
        expect(seconds).toBeLessThanOrEqual(effects.posts ? atLeastSeconds * 1.2 + 1 : atLeastSeconds);
      }
      const after = world.log.row(aDeliveryRow());
      if (effects.row === undefined) {
        expect(after).toEqual(before);
      } else {
        expect(after).toMatchObject(effects.row);
      }
      const outran = before?.status === 'pending' && (message.attempt ?? 1) > before.lastAttempt + 1;
      expect(world.telemetry.counted('delivery.outran-record')).toBe(outran ? 1 : 0);
      const asksToReopen = before !== undefined && before.status !== 'pending' && message.reopen !== undefined;
      const maySetOff = asksToReopen && message.attempt === before.lastAttempt + 1 && before.status !== 'cancelled';
      expect(world.telemetry.counted('reopen.refused')).toBe(
        maySetOff && before.status !== 'delivered' && !effects.posts ? 1 : 0,
      );
      // No lease of this worker is left on the row.
      if (before?.lease === undefined || effects.disposition === 'ack') {
        expect(after ?? {}).not.toHaveProperty('lease');
      }
    },
  );
});
