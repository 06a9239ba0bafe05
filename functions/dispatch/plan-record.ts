/** One record: the deliveries that its finding asks for, or the place where it is set aside. */
import type { SQSRecord } from 'aws-lambda';
import { type Announced, parseAnnounced } from '../../shared/delivery/announced-event.schema.ts';
import { type PlannedDelivery, planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import { receivesWithin } from '../../shared/delivery/return-policy.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import type { Repair } from '../../shared/finding/repair.ts';
import { parseStrayEvent, type StrayEvent } from '../../shared/finding/stray-event.schema.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { CANARY } from '../../shared/topology/canary.ts';
import type { Batch } from './batch.ts';
import { planNotices } from './plan-notice.ts';

/**
 * What is no outage is a bug of ours. A deployment, or its rollback, mends it within the hour; what is still broken then is
 * poison, and in the findings DLQ it rings an alarm and can be redriven once the fault is mended.
 */
export const BROKEN_FOR_SECONDS = 60 * 60;
export const BROKEN_RECEIVES = receivesWithin(BROKEN_FOR_SECONDS);

/** Rejects at an outage. Undefined if our own code broke on it and the record is to come back. */
export async function planOrSetAside(batch: Batch, record: SQSRecord): Promise<readonly PlannedDelivery[] | undefined> {
  try {
    return await plan(batch, record);
  } catch (error) {
    if (error instanceof DependencyUnavailable) {
      throw error;
    }
    const { messageId, body, attributes } = record;
    const receives = Number(attributes.ApproximateReceiveCount);
    batch.telemetry.count('finding.broken');
    batch.telemetry.fail('finding.broken', { messageId, receives }, error);
    if (receives < BROKEN_RECEIVES) {
      return undefined;
    }
    // The error's name alone: its message may quote the finding.
    const name = error instanceof Error ? error.name : typeof error;
    await batch.rejected.put(body, `dispatch broke on it ${receives} times: ${name}`);
    return [];
  }
}

async function plan(batch: Batch, record: SQSRecord): Promise<readonly PlannedDelivery[]> {
  const { messageId, body, attributes } = record;
  const stray = parseStrayEvent(body);
  if (stray !== undefined) {
    await setAside(batch, messageId, body, stray);
    return [];
  }
  const announced = parseAnnounced(body);
  if (announced !== undefined) {
    return planAnnounced(batch, messageId, body, announced);
  }
  const parsed = parseFindingEvent(body, batch.clock.now(), Number(attributes.SentTimestamp));
  if (parsed.kind === 'rejected') {
    await batch.rejected.put(body, parsed.reason);
    batch.unreadBodies.push(body);
    batch.telemetry.count('finding.rejected');
    batch.telemetry.warn('finding.rejected', { messageId, reason: parsed.reason });
    return [];
  }
  const { tenantId, finding, lifecycle, repairs } = parsed;
  const deliveries = planDeliveries(tenantId, finding, await batch.webhooksOf(tenantId), lifecycle);
  // The canary's findings come by the clock: counted, they would hide that the publisher is silent.
  if (tenantId !== CANARY.tenantId) {
    batch.telemetry.count('finding.dispatched');
  }
  if (repairs.length > 0) {
    noteRepairs(batch, messageId, tenantId, repairs);
  }
  return deliveries;
}

/** What a version of ours has published and this one cannot read is kept, and counts for nothing: no finding is lost with it. */
async function planAnnounced(
  batch: Batch,
  messageId: string,
  body: string,
  announced: Announced,
): Promise<readonly PlannedDelivery[]> {
  switch (announced.kind) {
    case 'quiet':
      return [];
    case 'rejected':
      await batch.strays.put(body, announced.reason);
      batch.telemetry.warn('announcement.rejected', { messageId, reason: announced.reason });
      return [];
    case 'trouble':
      return planNotices(batch, announced.event);
  }
}

function noteRepairs({ telemetry }: Batch, messageId: string, tenantId: TenantId, repairs: readonly Repair[]): void {
  telemetry.count('finding.repaired');
  for (const { field } of repairs) {
    telemetry.countByField('finding.repaired', field);
  }
  telemetry.warn('finding.repaired', { messageId, tenantId, repairs: inWords(repairs) });
}

/** As it came, wrapped: if it is moved back it is set aside again and never taken for a finding. */
async function setAside(
  { strays, telemetry }: Batch,
  messageId: string,
  body: string,
  { source, detailType, reason }: StrayEvent,
): Promise<void> {
  await strays.put(body, reason);
  telemetry.count('event.set-aside');
  telemetry.warn('event.set-aside', { messageId, source, detailType, reason });
}

/** `severity.level respelled, remediation.url dropped`: which fields, and nothing of what they hold. */
function inWords(repairs: readonly Repair[]): string {
  return repairs.map(({ field, kind }) => `${field} ${kind}`).join(', ');
}
