/** Whether a delivery may be sent to its webhook as the tenant has it configured at this moment. */

import type { Finding } from '../finding/finding.ts';
import type { FindingEventName } from '../finding/lifecycle.ts';
import type { DeliveryId } from '../runtime/ids.ts';
import { type AlertRefusal, refusalOf } from '../webhook/alert-rule.ts';
import { isUnverified } from '../webhook/challenge.ts';
import { chosenEvents } from '../webhook/chosen-events.ts';
import { isTooEarly } from '../webhook/digest-choice.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { CancelReason, Reopener } from './delivery.ts';
import { noticeDeliveryId } from './delivery-id.ts';
import { isManifest } from './manifest-delivery.ts';

export type Permission =
  | { readonly kind: 'send'; readonly webhook: Webhook }
  | { readonly kind: 'cancel'; readonly reason: CancelReason }
  | { readonly kind: 'hold' };

type Refusal = AlertRefusal | 'detected-before';

/**
 * A person who pressed retry means this delivery, whatever the alert rule says by now; never a paused webhook, nor an address that has
 * yet to answer a challenge, whose alerts are off. A resolution goes
 * to every webhook that got the finding, even if its threshold or lists would refuse it by now: which those are, only its mark
 * knows (`revision-mark.ts`). Nor does the rule say anything about notices: it is about findings, and may be off in a channel for
 * notices alone; an address that has yet to answer a challenge gets none. A manifest goes while alerts are on and
 * the webhook wants manifests. `deliveryId` tells them apart.
 */
export function maySend(
  webhook: Webhook | undefined,
  finding: Finding,
  reopen: Reopener | undefined,
  event: FindingEventName = 'detected',
  deliveryId?: DeliveryId,
): Permission {
  if (webhook === undefined) {
    return { kind: 'cancel', reason: 'webhook-gone' };
  }
  if (webhook.state.kind === 'paused') {
    return { kind: 'cancel', reason: 'webhook-paused' };
  }
  const isOfManifest = isManifest(webhook, finding, deliveryId);
  const isChosen = isOfManifest ? webhook.pull?.manifestsSince !== undefined : chosenEvents(webhook).includes(event);
  if (!isChosen) {
    return { kind: 'cancel', reason: 'event-not-chosen' };
  }
  const refusal = isOfManifest ? alertsOff(webhook) : refusalFor(webhook, finding, event);
  if (refusal !== undefined && !passesRule(webhook, finding, reopen, deliveryId)) {
    return { kind: 'cancel', reason: refusal };
  }
  if (webhook.state.kind === 'disabled') {
    return { kind: 'hold' };
  }
  return { kind: 'send', webhook };
}

/** Whether anything may be sent in one message to the webhook now. Which findings may, `maySend` says of each. */
export function mayDigest(webhook: Webhook | undefined): Permission {
  if (webhook === undefined) {
    return { kind: 'cancel', reason: 'webhook-gone' };
  }
  if (webhook.state.kind === 'paused') {
    return { kind: 'cancel', reason: 'webhook-paused' };
  }
  return webhook.state.kind === 'disabled' ? { kind: 'hold' } : { kind: 'send', webhook };
}

function passesRule(
  webhook: Webhook,
  finding: Finding,
  reopen: Reopener | undefined,
  deliveryId: DeliveryId | undefined,
): boolean {
  return !isUnverified(webhook) && (reopen === 'user' || isNotice(webhook, finding, deliveryId));
}

/** Threshold and lists are about findings. */
function alertsOff({ alerts }: Webhook): Refusal | undefined {
  return alerts.enabled ? undefined : 'alerts-off';
}

function refusalFor(webhook: Webhook, finding: Finding, event: FindingEventName): Refusal | undefined {
  const refusal = refusalOf(webhook.alerts, finding) ?? (isTooEarly(webhook, finding) ? 'detected-before' : undefined);
  return event === 'resolved' && refusal !== 'alerts-off' ? undefined : refusal;
}

/** Of the delivery of this finding to this webhook. */
export function isNotice(
  { tenantId, webhookId }: Pick<Webhook, 'tenantId' | 'webhookId'>,
  finding: Finding,
  deliveryId: DeliveryId | undefined,
): boolean {
  return deliveryId === noticeDeliveryId(tenantId, webhookId, finding);
}
