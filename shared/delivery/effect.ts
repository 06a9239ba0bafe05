/**
 * What is done to the world for a delivery, as data. A list of effects is carried out one after the other, and its order
 * is the delivery protocol (`docs/design.md`). An effect that fails ends the list: the message returns to the queue and
 * the next receive continues from the row.
 */
import type { TenantId } from '../runtime/ids.ts';
import type { MetricOf } from '../topology/metrics.ts';
import type { DisableReason, Webhook } from '../webhook/webhook.ts';
import type { HealthEvent } from '../webhook/webhook-health.ts';
import type { Announcement } from './announcement.ts';
import type { Attempt, DeliveryMessage, DeliveryRow } from './delivery.ts';
import type { TargetQueue } from './plan-deliveries.ts';
import type { RowChange } from './row-change.ts';

/** What the row of a delivery still needs: `send` and the reconciler both do it. */
export type ContinuationEffect =
  | { readonly kind: 'announce'; readonly tenantId: TenantId; readonly announcement: Announcement }
  | { readonly kind: 'enqueue-retry'; readonly message: DeliveryMessage; readonly dueAt: number }
  | { readonly kind: 'send-redrive-message'; readonly message: DeliveryMessage }
  | { readonly kind: 'mark-redrive-message-sent'; readonly row: DeliveryRow };

/** The same attempt, by this queue, when it is its turn. */
export interface WaitingEffect {
  readonly kind: 'enqueue-later';
  readonly queue: TargetQueue;
  readonly message: DeliveryMessage;
  readonly dueAt: number;
}

/** The members of a digest that has ended get its outcome. */
export interface SettleEffect {
  readonly kind: 'settle-members';
  readonly digest: DeliveryRow;
}

/** If the row has changed since it was read, nothing is written and the list ends as `ifConflict` says. */
export type RecordEffect =
  | { readonly kind: 'record'; readonly change: RowChange; readonly ifConflict: 'look-again' | 'return' }
  /** The receiver has the finding. If the row has changed, the success is written over what is there. */
  | {
      readonly kind: 'record-success';
      readonly change: RowChange;
      readonly message: DeliveryMessage;
      readonly attempt: Attempt;
    }
  /** Written together with the other first successes of the batch. If the table leaves it out, the list ends. */
  | { readonly kind: 'record-first-success'; readonly row: DeliveryRow };

export type WebhookEffect =
  | { readonly kind: 'note-health'; readonly webhook: Webhook; readonly event: HealthEvent }
  | { readonly kind: 'disable-webhook'; readonly webhook: Webhook; readonly reason: DisableReason };

export type ReportEffect =
  | { readonly kind: 'count'; readonly metric: MetricOf<'send'> }
  | { readonly kind: 'warn'; readonly event: MetricOf<'send'>; readonly fields: Readonly<Record<string, string>> };

/**
 * What an earlier effect of the list found out. It is not known when the list is made: other deliveries of the batch
 * change a webhook's health meanwhile, and ten successes are one recovery.
 */
export type Fact =
  /** Noting a success: deliveries of this webhook were exhausted before it. */
  | 'recovered'
  /** Noting an exhausted delivery: the webhook has failed for long enough to be disabled. */
  | 'failing-for-long'
  /** Disabling the webhook: it was enabled until now. */
  | 'disabled-now';

export type Effect = (
  | ContinuationEffect
  | WaitingEffect
  | SettleEffect
  | RecordEffect
  | WebhookEffect
  | ReportEffect
) & {
  /** Left out unless an earlier effect found this out. */
  readonly onlyIf?: Fact;
};
