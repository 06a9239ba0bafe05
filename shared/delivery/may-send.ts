/** Whether a delivery may be sent to its webhook as the tenant has it configured at this moment. */

import type { Finding } from '../finding/finding.ts';
import { refusalOf } from '../webhook/alert-rule.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { CancelReason, Reopener } from './delivery.ts';

export type Permission =
  | { readonly kind: 'send'; readonly webhook: Webhook }
  | { readonly kind: 'cancel'; readonly reason: CancelReason }
  | { readonly kind: 'hold' };

/** A person who pressed retry means this delivery, whatever the alert rule says by now; never a paused webhook. */
export function maySend(webhook: Webhook | undefined, finding: Finding, reopen: Reopener | undefined): Permission {
  if (webhook === undefined) {
    return { kind: 'cancel', reason: 'webhook-gone' };
  }
  if (webhook.state.kind === 'paused') {
    return { kind: 'cancel', reason: 'webhook-paused' };
  }
  const refusal = reopen === 'user' ? undefined : refusalOf(webhook.alerts, finding);
  if (refusal !== undefined) {
    return { kind: 'cancel', reason: refusal };
  }
  if (webhook.state.kind === 'disabled') {
    return { kind: 'hold' };
  }
  return { kind: 'send', webhook };
}
