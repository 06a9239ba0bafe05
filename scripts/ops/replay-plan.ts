/** Which deliveries of replayed findings have no row, and their enqueueing. Safe to repeat: a delivery has one id for ever. */
import * as z from 'zod';
import { sideBySide } from '../../functions/api/side-by-side.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { DeliveryQueues } from '../../shared/delivery/delivery-queues.port.ts';
import type { EventList } from '../../shared/delivery/event-list.port.ts';
import { listEvents } from '../../shared/delivery/list-events.flow.ts';
import { isSent, type PlannedDelivery, planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { WebhookDirectory } from '../../shared/webhook/webhook-store.port.ts';

export interface ReplayScope {
  readonly tenantId: TenantId | undefined;
  readonly webhookId: WebhookId | undefined;
  readonly isApplied: boolean;
}

export interface ReplayCount {
  /** Of the scope's tenant, if it has one. */
  readonly events: number;
  /** Deliveries without a row. */
  readonly missing: number;
  /** Of those, not taken by their queue. */
  readonly refused: number;
  /** Deliveries with one. */
  readonly known: number;
  readonly unreadable: number;
}

export interface ReplayPlanDependencies {
  readonly webhooks: WebhookDirectory;
  readonly log: Pick<DeliveryLog, 'find'>;
  readonly queues: DeliveryQueues;
  readonly events: EventList;
  readonly clock: Pick<Clock, 'now'>;
  readonly nowMillis: number;
  readonly show: (line: string) => void;
}

export interface ReplayPlan {
  /** Bodies of one receive. */
  take(bodies: readonly string[]): Promise<void>;
  count(): ReplayCount;
}

/** Enough to see what it is about. */
const SHOWN_DELIVERIES = 20;

const ROWS_SIDE_BY_SIDE = 8;

const timeSchema = z.object({ time: z.iso.datetime() });

export function createReplayPlan(scope: ReplayScope, deps: ReplayPlanDependencies): ReplayPlan {
  const lists = new Map<TenantId, Promise<readonly Webhook[]>>();
  /** An archive, like a queue, may give an event twice. */
  const seen = new Set<string>();
  const counted = { events: 0, missing: 0, refused: 0, known: 0, unreadable: 0 };

  return {
    async take(bodies) {
      const planned = (await Promise.all(bodies.map(planOne))).flat();
      const fresh = planned.filter(({ message }) => !seen.has(message.deliveryId));
      for (const { message } of fresh) {
        seen.add(message.deliveryId);
      }
      const rows = await sideBySide(fresh, ROWS_SIDE_BY_SIDE, ({ message }) =>
        deps.log.find(message.tenantId, message.webhookId, message.deliveryId),
      );
      const missing = fresh.filter((_delivery, index) => rows[index] === undefined);
      counted.known += fresh.length - missing.length;
      show(missing);
      counted.missing += missing.length;
      if (scope.isApplied && missing.length > 0) {
        // Listed first, as `dispatch` does it.
        const unlisted = await listEvents(deps, missing);
        const toSend = missing.filter((delivery) => isSent(delivery) && !unlisted.has(delivery));
        counted.refused += unlisted.size + (await deps.queues.enqueueAll(toSend)).size;
      }
    },
    count: () => ({ ...counted }),
  };

  async function planOne(body: string): Promise<readonly PlannedDelivery[]> {
    const parsed = parseFindingEvent(body, deps.nowMillis);
    if (parsed.kind === 'rejected') {
      counted.unreadable += 1;
      return [];
    }
    const { tenantId, finding } = parsed;
    if (scope.tenantId !== undefined && tenantId !== scope.tenantId) {
      return [];
    }
    counted.events += 1;
    const publishedAt = publishedAtOf(body);
    const webhooks = (await webhooksOf(tenantId)).filter(({ webhookId, createdAt }) =>
      // To be asked for by name: a new webhook is not flooded with what was before it.
      scope.webhookId === undefined ? inSeconds(createdAt) <= publishedAt : webhookId === scope.webhookId,
    );
    return planDeliveries(tenantId, finding, webhooks);
  }

  function webhooksOf(tenantId: TenantId): Promise<readonly Webhook[]> {
    const list = lists.get(tenantId) ?? deps.webhooks.list(tenantId);
    lists.set(tenantId, list);
    return list;
  }

  function show(missing: readonly PlannedDelivery[]): void {
    for (const { message } of missing.slice(0, Math.max(0, SHOWN_DELIVERIES - counted.missing))) {
      deps.show(`${message.tenantId}/${message.webhookId}  ${message.deliveryId}`);
    }
  }
}

/** An event's time is in whole seconds; of two in the same one the webhook counts as earlier. */
function inSeconds(millis: number): number {
  return Math.floor(millis / 1000) * 1000;
}

function publishedAtOf(body: string): number {
  const parsed = timeSchema.safeParse(JSON.parse(body));
  return parsed.success ? Date.parse(parsed.data.time) : Number.NEGATIVE_INFINITY;
}
