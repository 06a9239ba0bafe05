/**
 * What a receiver must handle, in the order in which it is tried. What a receiver does with a request it has accepted is not
 * seen here.
 */
import { acceptedCases } from './accepted-cases.ts';
import type { ReceiverCase } from './receiver-case.ts';
import { refusedCases } from './refused-cases.ts';
import type { CheckRequest } from './send-request.ts';
import { requestsTo } from './signed-request.ts';

/** More than the service sends. */
export const OVERSIZED_BYTES = 512 * 1024;

/** `url` and `secret` are the receiver's. */
export function receiverCases(url: string, secret: string): readonly ReceiverCase[] {
  const request = requestsTo(url, secret);
  const survived = (name: string, sends: string, why: string, advice: string, make: () => CheckRequest) =>
    ({ name, sends, expects: 'survived', why, advice, requests: () => [make(), request()] }) as const;
  return [
    ...acceptedCases(url, secret, request),
    ...refusedCases(request),
    survived(
      'oversized',
      `a signed body of ${OVERSIZED_BYTES / 1024} KB, then a genuine finding`,
      'The service sends less than 64 KB; others may send you anything.',
      'Refuse with 413, or read it to its end; go on serving afterwards.',
      () => request({ body: JSON.stringify({ type: 'finding.detected', data: 'x'.repeat(OVERSIZED_BYTES) }) }),
    ),
    survived(
      'broken-off',
      'half a request, then a genuine finding',
      'Connections break.',
      'Take the error of the one request as the end of that request alone.',
      () => ({ ...request(), pace: 'broken-off' }),
    ),
  ];
}
