/** What became of a delivery or an attempt, in words. */
import type { DeliveryDetailResponse, DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import type { DeliveryStatus } from '../api/client.ts';

export const STATUS_WORDS: Readonly<Record<DeliveryStatus, string>> = {
  pending: 'Pending',
  delivered: 'Delivered',
  failed: 'Failed',
  held: 'Held',
  cancelled: 'Cancelled',
};

/** What a page calls each kind of missing response; a kind that is new to this page is shown as the API has it. */
const NO_RESPONSE_WORDS: ReadonlyMap<string, string> = new Map([
  ['url-refused', 'URL refused'],
  ['address-refused', 'Address refused'],
  ['dns-failed', 'Host name not found'],
  ['connect-failed', 'No connection'],
  ['tls-failed', 'No secure connection'],
  ['connection-reset', 'Connection reset'],
  ['protocol-violated', 'Not an HTTP response'],
  ['timeout', 'Timeout'],
]);

export function noResponseWords(error: string): string {
  return NO_RESPONSE_WORDS.get(error) ?? error;
}

/** Of the latest attempt: the status code, or why there was none. */
export function resultWords({ lastStatusCode, lastError, reason }: DeliveryResponse): string {
  if (lastStatusCode !== undefined) {
    return `HTTP ${lastStatusCode}`;
  }
  return lastError === undefined
    ? reason === undefined
      ? 'No attempt yet'
      : reasonWords(reason)
    : noResponseWords(lastError);
}

export function attemptWords({ statusCode, error }: DeliveryDetailResponse['attemptLog'][number]): string {
  return error === undefined ? `HTTP ${statusCode ?? '?'}` : noResponseWords(error);
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
]);

export function reasonWords(reason: string): string {
  return REASON_WORDS.get(reason) ?? reason;
}
