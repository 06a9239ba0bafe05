/**
 * When the manifest of which period is made for a webhook that chose manifests. A schedule is only where to look next: whether
 * anything is made follows from the webhook as it is at that moment.
 */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { Webhook } from '../webhook/webhook.ts';

/** Instants are epoch milliseconds. */
export interface ManifestSchedule {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  /** When the tenant chose it: it tells this schedule from one that replaces it. */
  readonly chosenAt: number;
  /** The end of the latest period of which a manifest was made. */
  readonly madeUntil?: number;
  readonly lookAt: number;
}

export type ManifestStep =
  /** The webhook does not want manifests any more, or is gone. */
  | { readonly kind: 'end' }
  | { readonly kind: 'look-later'; readonly lookAt: number }
  /** `missed`: earlier periods that are too old to be made up for. */
  | { readonly kind: 'make'; readonly from: number; readonly until: number; readonly missed: number };

/**
 * So long after its end a period is closed. Nothing that counts comes into it later than the horizon of the list, 20 s. A write
 * that is too slow to count is made again under a later instant, but it may itself appear until its function has ended, 30 s, by
 * a clock that differs by 10 s: a manifest is made after that, so that a later look at the period shows the same.
 */
export const CLOSED_AFTER_MILLIS = 60_000;

/** After an outage, a pause or a disabling so many of the latest periods are made up for: a day. */
export const MADE_UP_PERIODS = 24;

/**
 * The first look comes when the request that chose manifests has long ended: a schedule is stored before the choice, and one
 * without a choice is deleted.
 */
export const FIRST_LOOK_AFTER_MILLIS = 60_000;

export function manifestStep(
  { madeUntil = 0 }: Pick<ManifestSchedule, 'madeUntil'>,
  webhook: Webhook | undefined,
  nowMillis: number,
  periodMillis: number,
): ManifestStep {
  if (webhook?.pull?.manifestsSince === undefined) {
    return { kind: 'end' };
  }
  const closedUntil = startOfPeriod(nowMillis - CLOSED_AFTER_MILLIS, periodMillis);
  const nextClosedAt = closedUntil + periodMillis + CLOSED_AFTER_MILLIS;
  if (webhook.state.kind !== 'enabled' || !webhook.alerts.enabled) {
    return { kind: 'look-later', lookAt: nextClosedAt };
  }
  // The first one begins after the choice: of one that was under way by then the list may not be whole.
  const first = startOfPeriod(webhook.pull.manifestsSince + periodMillis - 1, periodMillis);
  const next = Math.max(first, madeUntil);
  const from = Math.max(next, closedUntil - MADE_UP_PERIODS * periodMillis);
  const until = from + periodMillis;
  return until > closedUntil
    ? { kind: 'look-later', lookAt: until + CLOSED_AFTER_MILLIS }
    : { kind: 'make', from, until, missed: Math.ceil((from - next) / periodMillis) };
}

/** The schedule once the manifest of a period is queued. */
export function afterManifest(schedule: ManifestSchedule, madeUntil: number, periodMillis: number): ManifestSchedule {
  return { ...schedule, madeUntil, lookAt: madeUntil + periodMillis + CLOSED_AFTER_MILLIS };
}

function startOfPeriod(millis: number, periodMillis: number): number {
  return Math.floor(millis / periodMillis) * periodMillis;
}
