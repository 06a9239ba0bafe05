/** What the records of one batch share: the ports, each tenant's webhooks, looked up once, and what could not be read. */
import type { DeadLetters } from '../../shared/delivery/dead-letters.port.ts';
import type { DeliveryLog } from '../../shared/delivery/delivery-log.port.ts';
import type { DeliveryQueues } from '../../shared/delivery/delivery-queues.port.ts';
import type { EventList } from '../../shared/delivery/event-list.port.ts';
import type { ReturnedMessages } from '../../shared/delivery/returned-messages.port.ts';
import type { UnreadFindingsCounter } from '../../shared/finding/unread-findings.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { NoticeMarks } from '../../shared/webhook/notice-marks.port.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { WebhookDirectory } from '../../shared/webhook/webhook-store.port.ts';

export interface DispatchDependencies {
  readonly webhooks: WebhookDirectory;
  readonly queues: DeliveryQueues;
  /** Of webhooks whose receivers read what is due to them. */
  readonly events: EventList;
  readonly rejected: DeadLetters;
  readonly returns: ReturnedMessages;
  /** Takes events that are no findings. */
  readonly strays: DeadLetters;
  readonly unread: UnreadFindingsCounter;
  readonly notices: NoticeMarks;
  readonly log: Pick<DeliveryLog, 'find'>;
  /** Without a slash at its end; undefined where the stage has no console. */
  readonly consoleUrl?: string | undefined;
  readonly telemetry: Telemetry<'dispatch'>;
  readonly clock: Clock;
}

export interface Batch extends DispatchDependencies {
  /** A failed look-up is remembered too: the batch's other findings of that tenant come back with it. */
  readonly webhooksOf: (tenantId: TenantId) => Promise<readonly Webhook[]>;
  /** Bodies of those that were set aside because they cannot be read. */
  readonly unreadBodies: string[];
}

export function openBatch(deps: DispatchDependencies): Batch {
  const lists = new Map<TenantId, Promise<readonly Webhook[]>>();
  return {
    ...deps,
    unreadBodies: [],
    webhooksOf(tenantId) {
      const list = lists.get(tenantId) ?? deps.webhooks.list(tenantId);
      lists.set(tenantId, list);
      return list;
    },
  };
}
