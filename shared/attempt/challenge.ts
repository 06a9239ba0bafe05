/**
 * A challenge: a message that asks an address whether it expects us. A receiver of CloudEvents is asked as their HTTP
 * webhooks have it (abuse protection: `OPTIONS`, and its permission in a header), any other by a signed message with a random
 * value, which it returns.
 */
import { jsonBody } from '../destinations/json-body.ts';
import type { OutgoingRequest, ReceiverResponse } from '../http/attempt-outcome.ts';
import { parseResponseObject } from '../http/response-json.ts';

export const CHALLENGE_EVENT = 'webhook.challenge';

export interface ChallengeInput {
  /** Of the destination. */
  readonly formatId: string;
  readonly url: string;
  /** That no one can guess. */
  readonly value: string;
  /** Who asks, as a name in DNS. */
  readonly origin: string;
  readonly nowMillis: number;
}

const CLOUDEVENTS = 'cloudevents';

export function renderChallenge({ formatId, url, value, origin, nowMillis }: ChallengeInput): OutgoingRequest {
  return formatId === CLOUDEVENTS
    ? // Named as it is in their specification, 4.1.1.
      { method: 'OPTIONS', url, headers: { 'webhook-request-origin': origin }, body: '' }
    : {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json' },
        body: jsonBody({
          type: CHALLENGE_EVENT,
          timestamp: new Date(nowMillis).toISOString(),
          data: { challenge: value },
        }),
      };
}

/** `refused`: by its status. `unmet`: it accepted a request, and did not show that it knows what that asks. */
export type ChallengeResult = 'verified' | 'refused' | 'unmet';

export function judgeChallenge(
  { formatId, value, origin }: Pick<ChallengeInput, 'formatId' | 'value' | 'origin'>,
  { statusCode, headers, body }: ReceiverResponse,
): ChallengeResult {
  if (statusCode < 200 || statusCode > 299) {
    return 'refused';
  }
  const isMet =
    formatId === CLOUDEVENTS
      ? ['*', origin].includes(headers['webhook-allowed-origin']?.trim() ?? '')
      : body.trim() === value || parseResponseObject(body)?.['challenge'] === value;
  return isMet ? 'verified' : 'unmet';
}

/** What the receiver must do; for the person who reads why it is not verified. */
export function challengeAdvice(formatId: string, origin: string): string {
  return formatId === CLOUDEVENTS
    ? `The receiver responded, but did not allow us: let it answer OPTIONS with WebHook-Allowed-Origin: ${origin}, or *.`
    : `The receiver responded, but not with the value of the challenge: let it answer ${CHALLENGE_EVENT} with data.challenge as its body, as text or as {"challenge": "…"}.`;
}
