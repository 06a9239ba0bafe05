import { describe, expect, it } from 'vitest';
import { createDynamoDueDeliveries } from '../../../shared/delivery/due-deliveries.dynamo.ts';
import type { DueDeliveries } from '../../../shared/delivery/due-deliveries.port.ts';
import { parseDeliveryKey, scheduleKey } from '../../../shared/delivery/keys.dynamo.ts';
import type { ManifestSchedule } from '../../../shared/delivery/manifest-schedule.ts';
import { createDynamoManifestSchedules } from '../../../shared/delivery/manifest-schedules.dynamo.ts';
import type { ManifestSchedules } from '../../../shared/delivery/manifest-schedules.port.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryDueDeliveries } from '../../fakes/memory-due-deliveries.ts';
import { MemoryManifestSchedules } from '../../fakes/memory-manifest-schedules.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const engines = useEngines();

interface Stores {
  readonly schedules: ManifestSchedules;
  readonly due: DueDeliveries;
}

const IMPLEMENTATIONS: readonly (readonly [string, () => Stores])[] = [
  [
    'in memory',
    () => {
      const schedules = new MemoryManifestSchedules();
      return { schedules, due: new MemoryDueDeliveries(new MemoryDeliveryLog(), schedules) };
    },
  ],
  [
    'on DynamoDB',
    () => {
      const { dynamo, tables } = engines();
      return {
        schedules: createDynamoManifestSchedules(dynamo, tables.deliveryLog),
        due: createDynamoDueDeliveries(dynamo, tables.deliveryLog),
      };
    },
  ],
];

let made = 0;

function aSchedule(overrides: Partial<ManifestSchedule> = {}): ManifestSchedule {
  made += 1;
  return {
    tenantId: aTenantId(),
    webhookId: aWebhookId(`wh_scheduled_${made}`),
    chosenAt: NOON,
    lookAt: NOON + 1,
    ...overrides,
  };
}

describe.each(IMPLEMENTATIONS)('schedules of manifests %s', (_where, create) => {
  const found = async ({ due }: Stores, { webhookId }: ManifestSchedule, now: number) =>
    (await due.list(now, 10_000)).schedules.filter((key) => key.webhookId === webhookId);

  it('are found by their key, and when it is time to look', async () => {
    const stores = create();
    const schedule = aSchedule({ madeUntil: NOON });
    const { tenantId, webhookId } = schedule;
    expect(await stores.schedules.find(tenantId, webhookId)).toBeUndefined();
    await stores.schedules.begin(schedule);
    expect(await stores.schedules.find(tenantId, webhookId)).toEqual(schedule);
    expect(await stores.schedules.find(aTenantId('globex'), webhookId)).toBeUndefined();
    expect(await found(stores, schedule, NOON)).toEqual([]);
    expect(await found(stores, schedule, NOON + 1)).toEqual([{ tenantId, webhookId }]);
    expect((await stores.due.list(NOON + 1, 10_000)).deliveries.map((key) => key.webhookId)).not.toContain(webhookId);
  });

  it('move and end only as they were read', async () => {
    const { schedules } = create();
    const schedule = aSchedule();
    const { tenantId, webhookId } = schedule;
    const later = { ...schedule, madeUntil: NOON, lookAt: NOON + 9 };
    await schedules.begin(schedule);
    expect(await schedules.move(schedule, later)).toBe('written');
    expect(await schedules.move(schedule, later)).toBe('conflict');
    expect(await schedules.end(schedule)).toBe('conflict');
    expect(await schedules.find(tenantId, webhookId)).toEqual(later);
    expect(await schedules.end(later)).toBe('written');
    expect(await schedules.end(later)).toBe('conflict');
    expect(await schedules.find(tenantId, webhookId)).toBeUndefined();
  });

  it('begin again in place of what was there, which then neither moves nor ends', async () => {
    const { schedules } = create();
    const before = aSchedule();
    const again = { ...before, chosenAt: NOON + 5 };
    await schedules.begin(before);
    await schedules.begin(again);
    expect(await schedules.move(before, { ...before, lookAt: NOON + 9 })).toBe('conflict');
    expect(await schedules.end(before)).toBe('conflict');
    expect(await schedules.find(before.tenantId, before.webhookId)).toEqual(again);
  });
});

it('have a key that no version takes for a delivery', () => {
  expect(parseDeliveryKey({ ...scheduleKey(aTenantId(), aWebhookId()) })).toBeUndefined();
});
