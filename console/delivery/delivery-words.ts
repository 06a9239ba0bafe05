/** What became of a delivery or an attempt, in words. */
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import { CAUSE_WORDS } from '../../shared/http/failure-causes.ts';
import type { DeliveryStatus } from '../api/client.ts';

export const STATUS_WORDS: Readonly<Record<DeliveryStatus, string>> = {
  pending: 'Pending',
  delivered: 'Delivered',
  failed: 'Failed',
  held: 'Held',
  cancelled: 'Cancelled',
};

/** What a page calls each kind of missing response; a kind that is new to this page is shown as the API has it. */
export const NO_RESPONSE_WORDS: ReadonlyMap<string, string> = new Map([
  ['url-refused', 'URL refused'],
  ['address-refused', 'Address refused'],
  ['dns-failed', 'Host name not found'],
  ['connect-failed', 'No connection'],
  ['tls-failed', 'No secure connection'],
  ['connection-reset', 'Connection reset'],
  ['protocol-violated', 'Not an HTTP response'],
  ['timeout', 'Timeout'],
  ['no-token', 'No access token'],
]);

/** The API may have grown causes that this page does not know yet. */
const CAUSE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(CAUSE_WORDS).map(([cause, { name }]) => [cause, name]),
);

/** Of a filter: a status code, a kind of missing response, or an exact cause. */
export function causeWords(cause: string): string {
  return /^\d+$/.test(cause) ? `HTTP ${cause}` : (NO_RESPONSE_WORDS.get(cause) ?? CAUSE_NAMES.get(cause) ?? cause);
}

interface AttemptResult {
  readonly statusCode?: number | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** What came of an attempt, in a few words. */
export function attemptWords({ statusCode, error, cause = '' }: AttemptResult): string {
  const name = CAUSE_NAMES.get(cause);
  if (error === undefined) {
    // Beside a status an unknown word says nothing.
    return `HTTP ${statusCode ?? '?'}${name === undefined || cause === 'unknown' ? '' : `: ${name}`}`;
  }
  const stage = NO_RESPONSE_WORDS.get(error) ?? error;
  if (error === 'no-token' || cause === 'unknown') {
    return name === undefined ? stage : `${stage}: ${name}`;
  }
  return name ?? stage;
}

/** Of the latest attempt: the status code, or why there was none. */
export function resultWords({ lastStatusCode, lastError, lastCause, reason }: DeliveryResponse): string {
  if (lastStatusCode === undefined && lastError === undefined) {
    return reason === undefined ? 'No attempt yet' : reasonWords(reason);
  }
  return attemptWords({ statusCode: lastStatusCode, error: lastError, cause: lastCause });
}

/** Why a delivery is failed, held or cancelled; a reason that is new to this page is shown as the API has it. */
const REASON_WORDS: ReadonlyMap<string, string> = new Map([
  ['exhausted', 'All retries were used up.'],
  ['gone', 'The receiver responded 410: this URL is gone for good.'],
  ['address-refused', 'The destination address is not allowed.'],
  ['url-refused', 'The URL is not allowed.'],
  ['webhook-disabled', 'The integration was disabled.'],
  ['webhook-gone', 'The integration had been deleted.'],
  ['webhook-paused', 'The integration was paused.'],
  ['alerts-off', 'Its alerts were off.'],
  ['below-threshold', 'The finding is below the severity threshold.'],
  ['not-selected', 'The alert rule’s lists do not select the finding.'],
  ['detected-before', 'The finding was detected before the integration was connected.'],
  ['event-not-chosen', 'The integration does not get such events.'],
  ['superseded', 'A later event of the finding was sent first.'],
  ['not-detected', 'The integration never got the finding that was resolved.'],
]);

/**
 * With which message a finding goes, or went: `In the digest of 2026-11-23 11:00 UTC, with 36 others`; on the digest itself how
 * many it has. Undefined of a delivery that goes alone.
 */
export function digestOfDelivery({ id, status, digest }: DeliveryResponse): string | undefined {
  if (digest === undefined) {
    return undefined;
  }
  const at = `${digest.endsAt.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ')} UTC`;
  if (digest.id === id) {
    return digest.findings === undefined
      ? `The digest of ${at}`
      : `The digest of ${at}: ${findingsWords(digest.findings)}`;
  }
  if (status === 'pending') {
    return `Goes with the digest of ${at}`;
  }
  const others = (digest.findings ?? 1) - 1;
  const withOthers =
    others > 0 && status === 'delivered' ? `, with ${others === 1 ? 'one other' : `${others} others`}` : '';
  return `In the digest of ${at}${withOthers}`;
}

function findingsWords(count: number): string {
  return count === 1 ? 'one finding' : `${count} findings`;
}

export function reasonWords(reason: string): string {
  return REASON_WORDS.get(reason) ?? reason;
}
