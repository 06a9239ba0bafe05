/**
 * Sends one request for a webhook, with an access token if it needs one, and keeps track of every secret that went along, so
 * that nothing of the response is shown unmasked.
 */
import type { Format } from '../destinations/format.ts';
import type { AccessTokens } from '../http/access-tokens.port.ts';
import type { AttemptOutcome, OutgoingRequest } from '../http/attempt-outcome.ts';
import { type PreparedSecrets, prepareOnce } from '../http/mask-secrets.ts';
import { maskResponse } from '../http/response-excerpt.ts';
import type { WebhookClient } from '../http/webhook-client.port.ts';
import type { Clock } from '../runtime/clock.port.ts';
import type { Webhook, WebhookSecret } from '../webhook/webhook.ts';
import { secretValues } from './outgoing-request.schema.ts';
import { sendAuthorized } from './send-authorized.flow.ts';
import { tokenRequestOf } from './token-request.ts';

/** DNS to the end of the response. */
export const ATTEMPT_DEADLINE_MILLIS = 10_000;

/** An attempt that may be made: everything for its request is at hand. */
export interface ReadyAttempt {
  readonly webhook: Webhook;
  readonly format: Format;
  readonly secret: WebhookSecret | undefined;
}

export interface SendingDependencies {
  readonly client: WebhookClient;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
}

export interface Sent {
  readonly outcome: AttemptOutcome;
  readonly secrets: () => readonly PreparedSecrets[];
  /**
   * The outcome as a person may see it: of a response the first 20 headers and 1 KB of body, with every secret masked.
   * Worked out when asked for, because it costs more than sending, and `send` shows it to no reader.
   */
  readonly showOutcome: () => AttemptOutcome;
}

/** `startedAt`: epoch milliseconds, from which the deadline counts. */
export async function sendMasked(
  deps: SendingDependencies,
  { webhook, format, secret }: ReadyAttempt,
  request: OutgoingRequest,
  startedAt: number,
): Promise<Sent> {
  const tokenRequest = tokenRequestOf(webhook, secret, format);
  const { outcome, tokens } =
    tokenRequest === undefined
      ? { outcome: await deps.client.send(request, ATTEMPT_DEADLINE_MILLIS), tokens: [] }
      : await sendAuthorized(deps, {
          tenantId: webhook.tenantId,
          tokenRequest,
          request,
          deadlineAt: startedAt + ATTEMPT_DEADLINE_MILLIS,
        });
  const secrets = () => [...preparedValues(secret), ...[...secretHeaders(request), ...tokens].map(preparedValue)];
  return { outcome, secrets, showOutcome: () => maskOutcome(outcome, secrets()) };
}

/** A version's object is kept by the reader of secrets, so that failure after failure finds it prepared. */
function preparedValues(secret: WebhookSecret | undefined): readonly PreparedSecrets[] {
  return secret === undefined ? [] : [prepareOnce(secret, () => secretValues(secret))];
}

function preparedValue(value: string): PreparedSecrets {
  return prepareOnce(value, () => [value]);
}

/** Made of credentials, which an echo shows in this form: name and password are then one word in base64. */
function secretHeaders({ headers }: OutgoingRequest): readonly string[] {
  const { authorization } = headers;
  return authorization === undefined ? [] : [authorization];
}

function maskOutcome(outcome: AttemptOutcome, secrets: readonly PreparedSecrets[]): AttemptOutcome {
  if (outcome.kind === 'answered') {
    return { ...outcome, response: maskResponse(outcome.response, secrets) };
  }
  const { issuerResponse } = outcome;
  return { ...outcome, ...(issuerResponse && { issuerResponse: maskResponse(issuerResponse, secrets) }) };
}
