/**
 * Whether an event of ours gives a notice, over one way to tell the tenant. The mark is written before the notice is queued, and
 * the event that wrote it is the one that queues it: if this worker dies in between, the event comes back, finds its own mark and
 * queues the same notice.
 */
import type { Clock } from '../runtime/clock.port.ts';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { NOTICE_LOOKS, type NoticeMark, noticeDue, type Occasion } from '../webhook/notice.ts';
import type { NoticeMarks } from '../webhook/notice-marks.port.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { TroubleEvent } from './announced-event.schema.ts';
import type { Attempt, DeliveryRow } from './delivery.ts';
import type { DeliveryLog } from './delivery-log.port.ts';

export interface NoticePorts {
  readonly notices: NoticeMarks;
  readonly log: Pick<DeliveryLog, 'find'>;
  readonly clock: Clock;
}

/** The webhook as it is, and whatever else the notice needs. */
export interface Noticed {
  readonly webhook: Webhook;
}

export interface TakenNotice<Found extends Noticed> {
  readonly mark: NoticeMark;
  readonly found: Found;
  /** The latest of the delivery that was given up, where there is one and it is known. */
  readonly attempt?: Attempt | undefined;
}

export interface NoticeWay<Found extends Noticed> {
  /** Looks again each time; undefined if there is no one to tell. */
  look(): Promise<Found | undefined>;
  /** Whether a delivery that was given up may give a notice this way. */
  mayTell?(row: DeliveryRow): boolean;
}

export async function takeNotice<Found extends Noticed>(
  { notices, log, clock }: NoticePorts,
  event: TroubleEvent,
  { look, mayTell = () => true }: NoticeWay<Found>,
): Promise<TakenNotice<Found> | undefined> {
  const { tenantId, webhookId } = event;
  for (let looks = 0; looks < NOTICE_LOOKS; looks += 1) {
    const before = await notices.find(tenantId, webhookId);
    // After the mark: what has changed since another wrote it is then seen.
    const found = await look();
    const mark = found && noticeDue(found.webhook, before, occasionOf(event), clock.now());
    if (found === undefined || mark === undefined) {
      return undefined;
    }
    const row = event.failed && (await log.find(tenantId, webhookId, event.failed.deliveryId));
    if (row !== undefined && !mayTell(row)) {
      return undefined;
    }
    if (mark === before || (await notices.replace(tenantId, webhookId, before, mark)) === 'written') {
      return { mark, found, attempt: row?.attempts.at(-1) };
    }
  }
  throw new DependencyUnavailable('config-table', 'note a notice', 'others write the mark again and again');
}

function occasionOf({ kind, eventId, failed }: TroubleEvent): Occasion {
  const isRefused = failed?.reason === 'address-refused' || failed?.reason === 'url-refused';
  return { kind, eventId, ...(isRefused && { isRefused }) };
}
