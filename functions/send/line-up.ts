/**
 * What a delivery that its receiver has refused leaves behind, between the POST and the record: a turn of its own, or for a
 * webhook of a pace a slower one.
 */
import type { Result } from '../../shared/delivery/classify.ts';
import { askedMillis, type Decision } from '../../shared/delivery/decide-retry.ts';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import { spreadAt } from '../../shared/delivery/retry-policy.ts';
import { LONGEST_LINE_MILLIS, turnChanges } from '../../shared/webhook/retry-line.ts';
import { throttle } from '../../shared/webhook/turns.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { WebhookUpdate } from '../../shared/webhook/webhook-update.ts';
import type { Batch } from './batch.ts';
import type { Go } from './its-turn.ts';

export interface Decided extends Pick<Go, 'under'> {
  readonly webhook: Webhook;
  readonly message: DeliveryMessage;
  readonly result: Result;
  readonly decision: Decision;
}

type Ports = Pick<Batch, 'lines' | 'webhooks' | 'clock' | 'telemetry'>;

export async function lineUp(batch: Ports, decided: Decided): Promise<Decision> {
  const { webhook, decision } = decided;
  try {
    const slower = slowerPace(batch, decided);
    if (slower !== undefined) {
      await batch.webhooks.update(webhook.tenantId, webhook.webhookId, slower);
      return decision;
    }
    return await takeTurn(batch, decided);
  } catch (error) {
    // Without a turn it goes when it is due. To return the message here would repeat the POST.
    const { tenantId, webhookId } = webhook;
    batch.telemetry.fail('turn.untaken', { tenantId, webhookId }, error);
    return decision;
  }
}

/** The retry takes its turn when it is due, as every attempt at such a webhook. */
function slowerPace({ clock }: Ports, { webhook, result, under }: Decided): WebhookUpdate | undefined {
  const asked = askedMillis(result);
  return asked === undefined || under === undefined
    ? undefined
    : throttle(under.pace, webhook.turns ?? {}, under.line, asked, clock.now());
}

async function takeTurn({ lines }: Ports, { webhook, message, decision }: Decided): Promise<Decision> {
  if (decision.kind !== 'retry' || decision.gapMillis === undefined) {
    return decision;
  }
  const { tenantId, webhookId } = webhook;
  for (const change of turnChanges(webhook, { dueAt: decision.at, gapMillis: decision.gapMillis })) {
    const at = await lines.takeTurn(tenantId, webhookId, change);
    if (at !== undefined) {
      return { ...decision, at };
    }
  }
  return { ...decision, at: spreadAt(decision.at, message, LONGEST_LINE_MILLIS) };
}
