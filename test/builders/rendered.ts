import type { AttemptOutcome } from '../../shared/domain/attempt-outcome.ts';
import type { RenderInput } from '../../shared/domain/format.ts';
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
  return { kind: 'answered', answer: { statusCode, headers, body: text }, millis: 5, phases: {} };
}
