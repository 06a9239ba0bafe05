/** The log line of one attempt with its decision. It holds ids, numbers and the host, never a URL, a body or a secret. */
import type { Decision } from '../../shared/delivery/decide-retry.ts';
import type { Attempt, DeliveryMessage } from '../../shared/delivery/delivery.ts';
import type { AttemptedLine } from '../../shared/runtime/telemetry.port.ts';

export function attemptedLine(
  { tenantId, webhookId, deliveryId, reopen }: DeliveryMessage,
  { number, millis, statusCode, error, cause, code }: Attempt,
  decision: Decision,
  about: Pick<AttemptedLine, 'format' | 'attemptLimit' | 'host'>,
): AttemptedLine {
  return {
    tenantId,
    webhookId,
    deliveryId,
    attempt: number,
    ...about,
    ...(statusCode !== undefined && { statusCode }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(code !== undefined && { code }),
    millis,
    decision: decision.kind,
    ...(decision.kind === 'give-up' && { reason: decision.reason }),
    ...(decision.kind === 'retry' && { nextAttemptAt: new Date(decision.at).toISOString() }),
    ...(reopen && { reopen }),
  };
}
