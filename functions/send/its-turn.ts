/**
 * The step before the claim: whether it is a delivery's turn. Most webhooks have no limit, and this costs them nothing. What
 * a turn is stands in `shared/webhook/turns.ts`, what follows from a wait in `shared/delivery/waiting.ts`.
 */
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { LATE_MILLIS, latenessMillis, waitForReachEffects, waitForTurnEffects } from '../../shared/delivery/waiting.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import { type Pace, paceOf } from '../../shared/webhook/pace.ts';
import { heldTurn } from '../../shared/webhook/turns.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Batch } from './batch.ts';
import { carryOut, type Progress } from './carry-out.ts';
import type { ReceivedDelivery } from './receive.ts';

/** The attempt may be made now. Under which line it has its turn; absent if the webhook has no limit. */
export interface Go {
  readonly kind: 'go';
  readonly under?: { readonly pace: Pace; readonly line: number };
}

export async function itsTurn(
  batch: Batch,
  row: DeliveryRow | undefined,
  { message, queue, turn }: ReceivedDelivery,
  webhook: Webhook,
): Promise<Go | Progress> {
  const pace = paceOf(webhook, vendorPace(batch, webhook));
  if (pace === undefined) {
    return { kind: 'go' };
  }
  const held = heldTurn(turn, webhook.turns ?? {}, batch.clock.now());
  const its = held === 'void' ? await batch.turns.take(webhook, pace, message, row) : turn;
  if (its === 'changed' || its === undefined) {
    return 'return';
  }
  const nowMillis = batch.clock.now();
  if (its === 'full' || its.at <= nowMillis) {
    reportLateness(batch, row, webhook, nowMillis);
  }
  if (its === 'full') {
    return carryOut(batch, waitForReachEffects(row, message, webhook, nowMillis));
  }
  return its.at <= nowMillis
    ? { kind: 'go', under: { pace, line: its.line } }
    : carryOut(batch, waitForTurnEffects(message, queue, its));
}

function vendorPace({ vendorPaceFactor = 1 }: Batch, { format }: Webhook): { readonly pace?: Pace } {
  const { pace } = findFormat(format.id) ?? {};
  return pace === undefined ? {} : { pace: { ...pace, paceMillis: Math.ceil(pace.paceMillis * vendorPaceFactor) } };
}

/** At each look as well as when it goes: of a line in which nothing goes, no delivery would ever say that it is late. */
function reportLateness({ telemetry }: Batch, row: DeliveryRow | undefined, webhook: Webhook, nowMillis: number): void {
  const late = latenessMillis(row, webhook, nowMillis);
  if (row !== undefined && late !== undefined && late >= LATE_MILLIS) {
    const { tenantId, webhookId, deliveryId } = row;
    telemetry.count('delivery.late');
    telemetry.warn('delivery.late', { tenantId, webhookId, deliveryId, lateSeconds: Math.round(late / 1_000) });
  }
}
