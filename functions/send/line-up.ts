/** Gives a delivery that its receiver has refused a turn of its own, between the POST and the record. */
import type { Decision } from '../../shared/delivery/decide.ts';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import { spreadAt } from '../../shared/delivery/retry-policy.ts';
import { LONGEST_LINE_MILLIS, turnChanges } from '../../shared/webhook/retry-line.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Batch } from './batch.ts';

export async function lineUp(
  { lines, telemetry }: Batch,
  webhook: Webhook,
  message: DeliveryMessage,
  decision: Decision,
): Promise<Decision> {
  if (decision.kind !== 'retry' || decision.gapMillis === undefined) {
    return decision;
  }
  const { tenantId, webhookId } = webhook;
  try {
    for (const change of turnChanges(webhook, { dueAt: decision.at, gapMillis: decision.gapMillis })) {
      const at = await lines.takeTurn(tenantId, webhookId, change);
      if (at !== undefined) {
        return { ...decision, at };
      }
    }
    return { ...decision, at: spreadAt(decision.at, message, LONGEST_LINE_MILLIS) };
  } catch (error) {
    // Without a turn it goes when it is due. To return the message here would repeat the POST.
    telemetry.fail('turn.untaken', { tenantId, webhookId }, error);
    return decision;
  }
}
