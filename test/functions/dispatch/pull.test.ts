import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/dispatch/handler.ts';
import { LISTED_WITHIN_MILLIS } from '../../../shared/delivery/listed-event.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { Pull } from '../../../shared/webhook/pull.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { anSqsEvent } from '../../builders/delivery.ts';
import { aFinding, aFindingEvent, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryEventList } from '../../fakes/memory-event-list.ts';
import { MemoryNoticeMarks } from '../../fakes/memory-notice-marks.ts';
import { MemoryQueues } from '../../fakes/memory-queues.ts';
import { MemoryReturns } from '../../fakes/memory-returns.ts';
import { MemoryUnreadFindings } from '../../fakes/memory-unread-findings.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';
import { RecordingTelemetry } from '../../fakes/recording-telemetry.ts';

const BESIDE: Pull = { since: 0, only: false };
const ONLY: Pull = { ...BESIDE, only: true };
const LISTED = aWebhook({ pull: BESIDE });

function aWorld(...webhooks: readonly Webhook[]) {
  const queues = new MemoryQueues();
  const events = new MemoryEventList();
  const clock = new ManualClock();
  const telemetry = new RecordingTelemetry();
  const handler = createHandler({
    ...{ queues, events, clock, telemetry, rejected: queues, strays: queues },
    webhooks: new MemoryWebhookStore(...webhooks),
    returns: new MemoryReturns(),
    unread: new MemoryUnreadFindings(),
    notices: new MemoryNoticeMarks(),
    log: new MemoryDeliveryLog(),
  });
  return {
    ...{ queues, events, clock, telemetry },
    listed: (webhookId = 'wh_siem') => events.eventsOf(aTenantId(), aWebhookId(webhookId)),
    queued: () => queues.planned.map(({ message }) => message.deliveryId),
    async receive(...ids: readonly string[]): Promise<readonly string[]> {
      const bodies = ids.map((id) => ({ body: aFindingEvent({ tenantId: 'acme', finding: aFinding({ id }) }) }));
      return (await handler(anSqsEvent(...bodies))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  };
}

describe('events of a webhook whose receiver reads them', () => {
  it('are listed as they are queued', async () => {
    const world = aWorld(LISTED);
    expect(await world.receive('fnd_1', 'fnd_2')).toEqual([]);
    expect(
      world
        .listed()
        .map(({ deliveryId }) => deliveryId)
        .sort(),
    ).toEqual([...world.queued()].sort());
    expect(world.listed()).toHaveLength(2);
  });

  it('are not sent if it reads all of them', async () => {
    const world = aWorld(aWebhook({ pull: ONLY }), aWebhook({ webhookId: aWebhookId('wh_other') }));
    await world.receive('fnd_1');
    expect([world.listed().length, world.queues.planned.map(({ message }) => message.webhookId)]).toEqual([
      1,
      ['wh_other'],
    ]);
    expect(world.telemetry.counted('delivery.planned')).toBe(1);
  });

  it('are those that its alert rule lets pass while it is not paused', async () => {
    const alerts = { enabled: true, minSeverity: 'critical' } as const;
    const world = aWorld(
      { ...LISTED, webhookId: aWebhookId('wh_high'), alerts },
      { ...LISTED, webhookId: aWebhookId('wh_off'), alerts: { enabled: false, minSeverity: 'info' } },
      { ...LISTED, webhookId: aWebhookId('wh_paused'), state: { kind: 'paused' } },
      { ...LISTED, webhookId: aWebhookId('wh_disabled'), state: { kind: 'disabled', reason: 'failing' } },
    );
    await world.receive('fnd_1');
    const counts = ['wh_high', 'wh_off', 'wh_paused', 'wh_disabled'].map((id) => world.listed(id).length);
    expect(counts).toEqual([0, 0, 0, 1]);
  });

  it('cost no call where no webhook wants them', async () => {
    const world = aWorld(aWebhook());
    let calls = 0;
    world.events.whileWriting = () => {
      calls += 1;
    };
    await world.receive('fnd_1');
    expect([calls, world.queued().length]).toEqual([0, 1]);
  });

  it('are listed once for a batch that has an event twice', async () => {
    const world = aWorld(LISTED);
    expect(await world.receive('fnd_1', 'fnd_1')).toEqual([]);
    expect(world.listed()).toHaveLength(1);
  });

  it('are not queued before they are listed', async () => {
    const world = aWorld(LISTED);
    world.events.whileWriting = () => {
      expect(world.queued()).toEqual([]);
    };
    await world.receive('fnd_1');
    expect(world.queued()).toHaveLength(1);
  });
});

describe('a finding whose event cannot be listed', () => {
  it('comes back, and is queued to none meanwhile, while the others of the batch go on', async () => {
    const world = aWorld(LISTED, aWebhook({ webhookId: aWebhookId('wh_other') }));
    await world.receive('fnd_probe');
    const [probe] = world.listed();
    const another = aWorld(LISTED, aWebhook({ webhookId: aWebhookId('wh_other') }));
    if (probe !== undefined) {
      another.events.leftOut.add(probe.deliveryId);
    }
    expect(await another.receive('fnd_probe', 'fnd_2')).toEqual(['m1']);
    expect(another.queued()).toHaveLength(2);
    expect(another.listed()).toHaveLength(1);
  });

  it('comes back if the table fails, and findings of other webhooks go on', async () => {
    const world = aWorld(LISTED);
    world.events.whileWriting = () => {
      throw new DependencyUnavailable('delivery-log', 'list events', undefined);
    };
    expect(await world.receive('fnd_1')).toEqual(['m1']);
    expect(world.queued()).toEqual([]);
  });

  it('is listed again if the write took so long that a reader may have passed it', async () => {
    const world = aWorld(LISTED);
    const durations = [LISTED_WITHIN_MILLIS + 1, 5];
    world.events.whileWriting = () => world.clock.moveOn(durations.shift() ?? 0);
    expect(await world.receive('fnd_1')).toEqual([]);
    const [first, second] = world.listed();
    expect([first?.deliveryId === second?.deliveryId, world.queued().length]).toEqual([true, 1]);
    expect((second?.listedAt ?? 0) - (first?.listedAt ?? 0)).toBe(LISTED_WITHIN_MILLIS + 1);
  });

  it('comes back if the table stays so slow', async () => {
    const world = aWorld(LISTED);
    world.events.whileWriting = () => world.clock.moveOn(LISTED_WITHIN_MILLIS + 1);
    expect([await world.receive('fnd_1'), world.queued()]).toEqual([['m1'], []]);
  });
});
