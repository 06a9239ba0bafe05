/** The state of an integration in one word and one sentence, and which integration to look at first. */
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';

export type ConditionKind = 'failing' | 'disabled' | 'paused' | 'unread' | 'new' | 'healthy';

export interface Condition {
  readonly kind: ConditionKind;
  readonly label: string;
  /** What it means and what to do; absent where there is nothing to say. */
  readonly sentence?: string;
}

type Conditioned = Pick<WebhookResponse, 'state' | 'stateReason' | 'health'>;

export function conditionOf({ state, stateReason, health }: Conditioned): Condition {
  switch (state) {
    case 'disabled':
      return { kind: 'disabled', label: 'Disabled', sentence: disabledBecause(stateReason) };
    case 'paused':
      return {
        kind: 'paused',
        label: 'Paused',
        sentence: 'Nothing is sent, and findings that match meanwhile are not kept.',
      };
    case 'enabled':
      return enabledCondition(health);
  }
}

/** A delivery that used up its retries counts as failing until the receiver accepts something again. */
function enabledCondition({
  isFailing,
  failingSince,
  lastDelivery,
  isIncomplete,
}: WebhookResponse['health']): Condition {
  if (isFailing || failingSince !== undefined) {
    return {
      kind: 'failing',
      label: 'Failing',
      sentence: 'The receiver does not accept findings at the moment.',
    };
  }
  if (isIncomplete) {
    return {
      kind: 'unread',
      label: 'Log not readable',
      sentence: 'What was delivered cannot be read at the moment. Findings are sent all the same.',
    };
  }
  return lastDelivery === undefined
    ? { kind: 'new', label: 'Nothing sent yet' }
    : { kind: 'healthy', label: 'Healthy' };
}

function disabledBecause(reason: WebhookResponse['stateReason']): string {
  const held = 'Findings are held meanwhile: resume it, then retry them.';
  switch (reason) {
    case 'gone':
      return `The receiver responded 410: this URL is gone for good. ${held}`;
    case 'requested':
      return `The receiver asked for it, by webhook-delivery: disable in its response. Ask those who run it for the reason. ${held}`;
    case 'failing':
      return `Nothing was accepted for three days. ${held}`;
    case undefined:
      return `The platform team has disabled it. ${held}`;
  }
}

const URGENCY: readonly ConditionKind[] = ['failing', 'disabled', 'paused', 'unread', 'new', 'healthy'];

/** What needs attention first; equally urgent ones stay in the API's order, the oldest first. */
export function byUrgency(a: Conditioned, b: Conditioned): number {
  return urgencyOf(a) - urgencyOf(b);
}

function urgencyOf(webhook: Conditioned): number {
  const { failed, held } = webhook.health;
  const { kind } = conditionOf(webhook);
  const isWaiting = failed.count + held.count > 0;
  return kind === 'failing' || kind === 'disabled' || !isWaiting
    ? URGENCY.indexOf(kind) * 2
    : URGENCY.indexOf('disabled') * 2 + 1;
}

/** What stands where counts or deliveries would, had the log been read. */
export const UNREAD = 'Cannot be read at the moment';

/** "10,000+" where counting stopped. */
export function countWords({ count, isCapped }: WebhookResponse['health']['failed']): string {
  return `${count.toLocaleString('en')}${isCapped ? '+' : ''}`;
}
