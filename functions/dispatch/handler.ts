/** One batch of findings: parse, look up each tenant's webhooks once, apply the alert rules, enqueue every match. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { DeadLetters } from '../../shared/delivery/dead-letters.port.ts';
import type { DeliveryQueues } from '../../shared/delivery/delivery-queues.port.ts';
import { type PlannedDelivery, planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import type { Repair } from '../../shared/finding/repair.ts';
import { parseStrayEvent, type StrayEvent } from '../../shared/finding/stray-event.schema.ts';
import type { UnreadFindingsCounter } from '../../shared/finding/unread-findings.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { WebhookDirectory } from '../../shared/webhook/webhook-store.port.ts';
import { countUnread } from './count-unread.ts';

export interface DispatchDependencies {
  readonly webhooks: WebhookDirectory;
  readonly queues: DeliveryQueues;
  readonly rejected: DeadLetters;
  /** Takes events that are no findings. */
  readonly strays: DeadLetters;
  readonly unread: UnreadFindingsCounter;
  readonly telemetry: Telemetry<'dispatch'>;
  readonly clock: Clock;
}

type WebhooksOf = (tenantId: TenantId) => Promise<readonly Webhook[]>;

/** The deliveries that a record asks for: it may be acknowledged once all of them are on the queue. */
interface Planned {
  readonly messageId: string;
  readonly deliveries: readonly PlannedDelivery[];
}

/**
 * What is no outage is a bug of ours. A deployment, or its rollback, mends it within the hour (20 receives, 180 s apart);
 * what is still broken then is poison, and in the findings DLQ it rings an alarm and can be redriven once the fault is mended.
 */
export const BROKEN_RECEIVES = 20;

export function createHandler(deps: DispatchDependencies) {
  const { telemetry } = deps;

  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = new Set<string>();
    const planned: Planned[] = [];
    const webhooksOf = rememberWebhooks();
    /** Bodies of those that were set aside because they cannot be read. */
    const unread: string[] = [];
    await Promise.all(
      event.Records.map(async (record) => {
        const { messageId } = record;
        try {
          const deliveries = await planOrSetAside(record, webhooksOf, unread);
          if (deliveries === undefined) {
            failures.add(messageId);
          } else {
            planned.push({ messageId, deliveries });
          }
        } catch (error) {
          telemetry.fail('finding.returned', { messageId }, error);
          failures.add(messageId);
        }
      }),
    );
    for (const messageId of await enqueue(planned)) {
      failures.add(messageId);
    }
    await countUnread(deps, unread, async (tenantId) => (await webhooksOf(tenantId)).length > 0);
    if (failures.size > 0) {
      telemetry.count('item.returned', failures.size);
    }
    telemetry.flush();
    return { batchItemFailures: [...failures].map((itemIdentifier) => ({ itemIdentifier })) };
  };

  /** Rejects at an outage. Undefined if our own code broke on it and the record is to come back. */
  async function planOrSetAside(
    record: SQSRecord,
    webhooksOf: WebhooksOf,
    unread: string[],
  ): Promise<readonly PlannedDelivery[] | undefined> {
    try {
      return await plan(record, webhooksOf, unread);
    } catch (error) {
      if (error instanceof DependencyUnavailable) {
        throw error;
      }
      const { messageId, body, attributes } = record;
      const receives = Number(attributes.ApproximateReceiveCount);
      telemetry.count('finding.broken');
      telemetry.fail('finding.broken', { messageId, receives }, error);
      if (receives < BROKEN_RECEIVES) {
        return undefined;
      }
      // The error's name alone: its message may quote the finding.
      const name = error instanceof Error ? error.name : typeof error;
      await deps.rejected.put(body, `dispatch broke on it ${receives} times: ${name}`);
      return [];
    }
  }

  async function plan(
    record: SQSRecord,
    webhooksOf: WebhooksOf,
    unread: string[],
  ): Promise<readonly PlannedDelivery[]> {
    const { messageId, body, attributes } = record;
    const stray = parseStrayEvent(body);
    if (stray !== undefined) {
      await setAside(messageId, body, stray);
      return [];
    }
    const parsed = parseFindingEvent(body, deps.clock.now(), Number(attributes.SentTimestamp));
    if (parsed.kind === 'rejected') {
      await deps.rejected.put(body, parsed.reason);
      unread.push(body);
      telemetry.count('finding.rejected');
      telemetry.warn('finding.rejected', { messageId, reason: parsed.reason });
      return [];
    }
    const { tenantId, finding, repairs } = parsed;
    const deliveries = planDeliveries(tenantId, finding, await webhooksOf(tenantId));
    telemetry.count('finding.dispatched');
    if (repairs.length > 0) {
      telemetry.count('finding.repaired');
      for (const { field } of repairs) {
        telemetry.countByField('finding.repaired', field);
      }
      telemetry.warn('finding.repaired', { messageId, tenantId, repairs: inWords(repairs) });
    }
    return deliveries;
  }

  /** As it came, wrapped: if it is moved back it is set aside again and never taken for a finding. */
  async function setAside(messageId: string, body: string, { source, detailType, reason }: StrayEvent): Promise<void> {
    await deps.strays.put(body, reason);
    telemetry.count('event.set-aside');
    telemetry.warn('event.set-aside', { messageId, source, detailType, reason });
  }

  /** Answers the messages of which a delivery may not have reached its queue. */
  async function enqueue(planned: readonly Planned[]): Promise<readonly string[]> {
    const deliveries = planned.flatMap((record) => record.deliveries);
    if (deliveries.length === 0) {
      return [];
    }
    try {
      const refused = await deps.queues.enqueueAll(deliveries);
      telemetry.count('delivery.planned', deliveries.length - refused.size);
      return messageIdsOf(planned, (delivery) => refused.has(delivery));
    } catch (error) {
      telemetry.fail('deliveries.unqueued', { deliveries: deliveries.length }, error);
      return messageIdsOf(planned, () => true);
    }
  }

  /** A failed look-up is remembered too: the batch's other findings of that tenant come back with it. */
  function rememberWebhooks(): WebhooksOf {
    const lists = new Map<TenantId, Promise<readonly Webhook[]>>();
    return (tenantId) => {
      const list = lists.get(tenantId) ?? deps.webhooks.list(tenantId);
      lists.set(tenantId, list);
      return list;
    };
  }
}

/** `severity.level respelled, remediation.url dropped`: which fields, and nothing of what they hold. */
function inWords(repairs: readonly Repair[]): string {
  return repairs.map(({ field, kind }) => `${field} ${kind}`).join(', ');
}

function messageIdsOf(planned: readonly Planned[], concerns: (delivery: PlannedDelivery) => boolean): string[] {
  return planned.filter(({ deliveries }) => deliveries.some(concerns)).map(({ messageId }) => messageId);
}
