/** A request that arrived before, once more: as the service would send it now, or byte for byte as it arrived. */
import { signatureHeaders } from '../../shared/http/signature.ts';
import { parseDeliveryId } from '../../shared/runtime/ids.ts';
import type { ForwardedRequest } from './forward-target.ts';
import type { RecordedRequest } from './request-record.ts';

export const REPLAYS = ['signed-now', 'as-received'] as const;

/**
 * `signed-now` is what a later attempt is: the same id and body, a new timestamp and new signatures. `as-received` keeps the
 * old ones, so that a receiver must refuse it once it is older than the tolerance.
 */
export type Replay = (typeof REPLAYS)[number];

/** Throws in words if the request is none of the service's and so cannot be signed. */
export function replayOf(request: RecordedRequest, how: Replay, secret: string, nowMillis: number): ForwardedRequest {
  if (how === 'as-received') {
    return request;
  }
  const deliveryId = parseDeliveryId(request.webhookId);
  if (deliveryId === undefined) {
    throw new Error(`#${request.number} has no webhook-id of ours to sign: replay it as-received.`);
  }
  const unixSeconds = Math.floor(nowMillis / 1000);
  const signatures = signatureHeaders({ current: secret }, deliveryId, unixSeconds, request.body.toString('utf8'));
  return {
    method: request.method,
    headers: { ...request.headers, 'webhook-timestamp': String(unixSeconds), ...signatures },
    body: request.body,
  };
}
