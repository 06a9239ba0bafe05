/**
 * The step between a delivery's turn and its claim: whether one more attempt at a failing webhook of this vendor is within
 * what all tenants together may make. A webhook whose latest attempt succeeded, and every other vendor, asks for nothing.
 */
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { waitForReachEffects } from '../../shared/delivery/waiting.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Batch } from './batch.ts';
import { carryOut, type Progress } from './carry-out.ts';
import type { ReceivedDelivery } from './receive.ts';

/** Undefined if the attempt may be made. Otherwise the delivery waits, and no attempt is used up. */
export async function waitForBudget(
  batch: Batch,
  row: DeliveryRow | undefined,
  { message }: ReceivedDelivery,
  webhook: Webhook,
): Promise<Progress | undefined> {
  const { failingPerMinute } = findFormat(webhook.format.id) ?? {};
  if (failingPerMinute === undefined || webhook.health.failuresInARow === 0) {
    return undefined;
  }
  return (await isWithin(batch, webhook, failingPerMinute))
    ? undefined
    : carryOut(batch, waitForReachEffects(row, message, webhook, batch.clock.now()));
}

async function isWithin(
  { failingBudget, clock, telemetry }: Batch,
  { tenantId, webhookId, format }: Webhook,
  perMinute: number,
): Promise<boolean> {
  try {
    return await failingBudget.take(format.id, perMinute, clock.now());
  } catch (error) {
    // It protects our address. To stop all failing webhooks for an outage of a counter would protect no tenant.
    telemetry.fail('budget.uncounted', { tenantId, webhookId }, error);
    return true;
  }
}
