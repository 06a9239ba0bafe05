/** Whether a delivery may be sent to its webhook as the tenant has it configured at this moment. */

import { isAtOrAbove, type SeverityLevel } from '../finding/severity.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { CancelReason, Reopener } from './delivery.ts';

export type Permission =
  | { readonly kind: 'send'; readonly webhook: Webhook }
  | { readonly kind: 'cancel'; readonly reason: CancelReason }
  | { readonly kind: 'hold' };

/** A person who pressed retry means this delivery, whatever the alert rule says by now; never a paused webhook. */
export function maySend(webhook: Webhook | undefined, level: SeverityLevel, reopen: Reopener | undefined): Permission {
  if (webhook === undefined) {
    return { kind: 'cancel', reason: 'webhook-gone' };
  }
  if (webhook.state.kind === 'paused') {
    return { kind: 'cancel', reason: 'webhook-paused' };
  }
  if (reopen !== 'user' && !webhook.alerts.enabled) {
    return { kind: 'cancel', reason: 'alerts-off' };
  }
  if (reopen !== 'user' && !isAtOrAbove(level, webhook.alerts.minSeverity)) {
    return { kind: 'cancel', reason: 'below-threshold' };
  }
  if (webhook.state.kind === 'disabled') {
    return { kind: 'hold' };
  }
  return { kind: 'send', webhook };
}
