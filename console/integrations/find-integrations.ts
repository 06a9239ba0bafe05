/** Which integrations a search and a state leave, and how many there are in each state. */
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { type ConditionKind, conditionOf } from './condition.ts';

export const CONDITION_WORDS: Readonly<Record<ConditionKind, string>> = {
  failing: 'failing',
  disabled: 'disabled',
  paused: 'paused',
  unread: 'with a log that cannot be read',
  new: 'without deliveries',
  healthy: 'healthy',
};

const KINDS = Object.keys(CONDITION_WORDS) as ConditionKind[];

/** An address may say anything: what is no state counts as none. */
export function conditionKindOf(text: string | undefined): ConditionKind | undefined {
  return KINDS.find((kind) => kind === text);
}

/** Every word must be in the name, the host or the kind of destination. */
export function findIntegrations(
  webhooks: readonly WebhookResponse[],
  titleOf: (format: string) => string,
  search: string,
  kind: ConditionKind | undefined,
): readonly WebhookResponse[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return webhooks.filter((webhook) => {
    const text = `${webhook.name} ${new URL(webhook.url).host} ${titleOf(webhook.format)}`.toLowerCase();
    return (kind === undefined || conditionOf(webhook).kind === kind) && words.every((word) => text.includes(word));
  });
}

/** States that some integration is in, the most urgent first. */
export function countByCondition(webhooks: readonly WebhookResponse[]) {
  return KINDS.map((kind) => ({
    kind,
    count: webhooks.filter((webhook) => conditionOf(webhook).kind === kind).length,
  })).filter(({ count }) => count > 0);
}
