/** Which findings a test can send, and how several are sent. */
import type { TestSendRequest } from '../../shared/api/test-send-request.schema.ts';
import type { TestSendResponse } from '../../shared/api/test-send-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from '../../shared/finding/severity.ts';
import type { ApiClient } from '../api/client.ts';

export type TestChoice =
  | { readonly kind: 'sample' }
  /** Undefined until a finding is chosen. */
  | { readonly kind: 'recent'; readonly finding: RecentFinding | undefined }
  | { readonly kind: 'severities' };

export interface RecentFinding {
  readonly deliveryId: string;
  /** Whose log has it. */
  readonly webhookId: string;
  readonly title: string;
  readonly severity: SeverityLevel;
  readonly detectedAt: string;
}

export interface TestOutcome {
  readonly request: TestSendRequest;
  readonly result: TestSendResponse;
}

/** None if nothing is chosen yet. */
export function requestsOf(choice: TestChoice): readonly TestSendRequest[] {
  switch (choice.kind) {
    case 'sample':
      return [{}];
    case 'recent':
      return choice.finding === undefined
        ? []
        : [{ deliveryId: choice.finding.deliveryId, webhookId: choice.finding.webhookId }];
    case 'severities':
      return SEVERITY_LEVELS.map((severity) => ({ severity }));
  }
}

/** One after the other, as a receiver that is tried is not hurried; until one cannot be sent, or `signal` ends it. */
export async function sendInTurn(
  api: Pick<ApiClient, 'sendTest'>,
  webhookId: string,
  requests: readonly TestSendRequest[],
  signal: AbortSignal,
  onOutcomes: (outcomes: readonly TestOutcome[]) => void,
): Promise<void> {
  const outcomes: TestOutcome[] = [];
  onOutcomes([]);
  for (const request of requests) {
    if (signal.aborted) {
      return;
    }
    outcomes.push({ request, result: await api.sendTest(webhookId, request) });
    onOutcomes([...outcomes]);
  }
}

/** Of the webhook itself; if its log has none yet, of the one that was detected last for another of the tenant's webhooks. */
export async function recentFindings(
  api: Pick<ApiClient, 'listDeliveries' | 'listWebhooks'>,
  { id }: Pick<WebhookResponse, 'id'>,
  signal: AbortSignal,
): Promise<readonly RecentFinding[]> {
  const own = await findingsOf(api, id, signal);
  if (own.length > 0) {
    return own;
  }
  const { webhooks } = await api.listWebhooks(signal);
  const [latest] = webhooks
    .flatMap(({ id: webhookId, health: { lastDelivery } }) => (lastDelivery ? [{ webhookId, ...lastDelivery }] : []))
    .sort((one, other) => Date.parse(other.detectedAt) - Date.parse(one.detectedAt));
  return latest === undefined ? [] : findingsOf(api, latest.webhookId, signal);
}

async function findingsOf(
  api: Pick<ApiClient, 'listDeliveries'>,
  webhookId: string,
  signal: AbortSignal,
): Promise<readonly RecentFinding[]> {
  const { deliveries } = await api.listDeliveries(webhookId, {}, signal);
  return deliveries.map(({ id, detectedAt, finding: { title, severity } }) => ({
    deliveryId: id,
    webhookId,
    title,
    severity: severity.level,
    detectedAt,
  }));
}
