import { classify } from '../../shared/delivery/classify.ts';
import type { Format, FormatOptions, RenderInput } from '../../shared/destinations/format.ts';
import type { AttemptOutcome } from '../../shared/http/attempt-outcome.ts';
import { aDeliveryMessage } from './delivery.ts';
import { aFinding } from './finding.ts';

export function aRenderInput(overrides: Partial<RenderInput> = {}): RenderInput {
  return {
    finding: aFinding(),
    deliveryId: aDeliveryMessage().deliveryId,
    url: 'https://receiver.example/in',
    options: {},
    credentials: {},
    ...overrides,
  };
}

export function answered(
  statusCode: number,
  body: string | object = '',
  headers: Readonly<Record<string, string>> = {},
): AttemptOutcome {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answered', response: { statusCode, headers, body: text }, millis: 5, phases: {} };
}

/** `success` or `failure`, and the wait in milliseconds if the response asks for one. */
export function judge(
  format: Format,
  [statusCode, body, headers]: readonly [number, (string | object)?, Readonly<Record<string, string>>?],
  options: FormatOptions = {},
): string {
  const result = classify(answered(statusCode, body, headers), format, 0, options);
  return result.kind === 'failure' && result.retryAfterMillis !== undefined
    ? `failure, wait ${result.retryAfterMillis}`
    : result.kind;
}
