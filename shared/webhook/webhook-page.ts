/** Where a person finds a webhook and its deliveries. */
import type { WebhookId } from '../runtime/ids.ts';

/** As `console/paths.ts` has it. */
export function webhookPage(consoleUrl: string, webhookId: WebhookId): string {
  return `${consoleUrl}/integrations/webhooks/${webhookId}`;
}
