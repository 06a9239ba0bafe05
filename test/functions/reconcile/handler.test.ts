import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/reconcile/handler.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';
import { aCanonicalFinding } from '../../builders/finding.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryDueDeliveries } from '../../fakes/memory-due-deliveries.ts';
import { MemoryQueues } from '../../fakes/memory-queues.ts';
import { noManifests } from '../../fakes/no-manifests.ts';
import { RecordingAnnouncer } from '../../fakes/recording-announcer.ts';
import { RecordingTelemetry } from '../../fakes/recording-telemetry.ts';

const TWENTY_MINUTES = 20 * 60 * 1000;

function aReconcileWorld(...rows: readonly Partial<DeliveryRow>[]) {
  const clock = new ManualClock();
  const log = new MemoryDeliveryLog(...rows.map((row) => aDeliveryRow(row)));
  const queues = new MemoryQueues();
  const announcer = new RecordingAnnouncer();
  const telemetry = new RecordingTelemetry();
  const due = new MemoryDueDeliveries(log);
  const handler = createHandler({
    ...{ due, log, retryQueue: queues, redriveQueue: queues, announcer, telemetry, clock },
    ...noManifests(),
  });
  let remainingMillis = 30_000;
  return {
    clock,
    log,
    queues,
    announcer,
    telemetry,
    run: () => handler({}, { getRemainingTimeInMillis: () => remainingMillis }),
    row: () => log.row(aDeliveryRow()),
    leaveMillis(millis: number) {
      remainingMillis = millis;
    },
  };
}

const now = new ManualClock().now();
const silent = { lastAttempt: 2, nextAttemptAt: now - TWENTY_MINUTES, reconcileAt: now };

describe('a delivery whose chain broke off', () => {
  it('is pushed on with its next attempt, and looked at again twenty minutes later', async () => {
    const world = aReconcileWorld({ ...silent, reopen: 'user', attemptLimit: 8 });
    await world.run();
    expect(world.queues.retries).toEqual([
      { message: aDeliveryMessage({ attempt: 3, attemptLimit: 8, reopen: 'user' }), delaySeconds: 0 },
    ]);
    expect(world.row()).toMatchObject({ status: 'pending', lastAttempt: 2, reconcileAt: now + TWENTY_MINUTES });
    expect(world.telemetry.counted('deliveries.stuck')).toBe(1);
  });

  it('is left more time at every look: a slow backlog is not multiplied', async () => {
    const world = aReconcileWorld(silent);
    const looks: number[] = [];
    for (let minute = 0; minute < 24 * 60; minute += 5) {
      const before = world.queues.retries.length;
      await world.run();
      if (world.queues.retries.length > before) {
        looks.push(minute);
      }
      world.clock.moveOn(5 * 60 * 1000);
    }
    expect(looks).toEqual([0, 20, 60, 140, 300, 620, 1_260]);
  });

  it('that owes a redrive message gets it, announced and marked', async () => {
    const world = aReconcileWorld({ status: 'failed', reason: 'exhausted', lastAttempt: 4, reconcileAt: now });
    await world.run();
    expect(world.queues.redriveMessages).toEqual([
      aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' }),
    ]);
    expect(world.announcer.announcements).toMatchObject([
      { kind: 'delivery-failed', reason: 'exhausted', attempts: 4 },
    ]);
    expect(world.row()).toMatchObject({ ticketSentAt: now });
    expect(world.row()).not.toHaveProperty('reconcileAt');
    await world.run();
    expect(world.queues.redriveMessages).toHaveLength(1);
  });

  it('is sent once by two runs at once', async () => {
    const world = aReconcileWorld(silent);
    await Promise.all([world.run(), world.run()]);
    expect(world.queues.retries).toHaveLength(1);
  });
});

describe('a delivery that is not broken off', () => {
  it.each([
    ['is not due yet', { ...silent, reconcileAt: now + 1 }],
    ['is under a live lease', { ...silent, lease: 'theirs', leaseUntil: now + 1 }],
    ['has its redrive message', { ...silent, status: 'failed', reason: 'exhausted', ticketSentAt: 1 }],
    ['was delivered', { ...silent, status: 'delivered' }],
  ] as const)('is left alone: it %s', async (_why, row) => {
    const world = aReconcileWorld(row);
    await world.run();
    expect(world.queues.retries).toEqual([]);
    expect(world.queues.redriveMessages).toEqual([]);
    expect(world.row()).toEqual(aDeliveryRow(row));
    expect(world.telemetry.counted('deliveries.stuck')).toBe(0);
  });
});

describe('a run', () => {
  it('goes on with the others when one cannot be pushed on, which waits for its next look', async () => {
    const other = aDeliveryMessage({ finding: aCanonicalFinding({ id: 'fnd_other' }) });
    const world = aReconcileWorld(silent, { ...silent, deliveryId: other.deliveryId });
    const find = world.log.find.bind(world.log);
    world.log.find = async (tenantId, webhookId, deliveryId) => {
      if (deliveryId === other.deliveryId) {
        throw new Error('throttled');
      }
      return find(tenantId, webhookId, deliveryId);
    };
    await world.run();
    expect(world.queues.retries).toHaveLength(1);
    expect(world.telemetry.failures).toMatchObject([{ event: 'delivery.left-stuck' }]);
    expect(world.telemetry.counted('delivery.left-stuck')).toBe(1);
    expect(world.telemetry.flushes).toBe(1);
  });

  it('begins nothing that it may not finish', async () => {
    const world = aReconcileWorld(silent);
    world.leaveMillis(9_999);
    await world.run();
    expect(world.queues.retries).toEqual([]);
  });
});
