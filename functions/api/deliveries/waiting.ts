/** How many deliveries of a webhook wait for their turn, and until when: asked for only where a row says that it waits. */

import { MOST_COUNTED } from '../../../shared/api/counts.schema.ts';
import type { WaitingLine } from '../../../shared/api/delivery-responses.schema.ts';
import { expectedInstant } from '../../../shared/api/webhook-health.schema.ts';
import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { MinuteCache } from './minute-cache.ts';

export async function readWaitingLine(
  { history, clock }: Pick<ApiDependencies, 'history' | 'clock'>,
  cache: MinuteCache,
  webhook: Webhook,
  rows: readonly DeliveryRow[],
): Promise<WaitingLine | undefined> {
  if (rows.every(({ waitingSince }) => waitingSince === undefined)) {
    return undefined;
  }
  const { tenantId, webhookId } = webhook;
  const count = await cache.waiting(webhook, () => history.countFailures(tenantId, webhookId, 'waiting', MOST_COUNTED));
  return { count, expectedAt: expectedInstant(webhook, count.count, clock.now()) };
}
