/**
 * What `send` and the API's test send both do to a receiver: one attempt with the request as the webhook is configured
 * now, the response, and what may be kept of it. Whether it may be made, and what follows from it, is not known here.
 */

import { classify, type Result } from '../delivery/classify.ts';
import type { Attempt, DeliveryMessage } from '../delivery/delivery.ts';
import type { Format } from '../destinations/format.ts';
import { findFormat } from '../destinations/formats.ts';
import type { Finding } from '../finding/finding.ts';
import { lifecycleOf } from '../finding/lifecycle.ts';
import { type TokenRequest, tokenIssueRequest } from '../http/access-token.ts';
import type { AccessTokens } from '../http/access-tokens.port.ts';
import type { AttemptOutcome, OutgoingRequest, ReceiverResponse } from '../http/attempt-outcome.ts';
import { type PreparedSecrets, prepareOnce } from '../http/mask-secrets.ts';
import { excerptResponse, maskResponse, shownLocation } from '../http/response-excerpt.ts';
import type { WebhookClient } from '../http/webhook-client.port.ts';
import type { Clock } from '../runtime/clock.port.ts';
import type { SecretReader } from '../webhook/secret-store.port.ts';
import type { Webhook, WebhookSecret } from '../webhook/webhook.ts';
import { buildRequest, secretValues } from './outgoing-request.schema.ts';
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

export interface MadeAttempt {
  readonly attempt: Attempt;
  readonly result: Result;
  /** Host and port that it went to. */
  readonly host: string;
  /**
   * The outcome as a person may see it: of a response the first 20 headers and 1 KB of body, with every secret masked.
   * Worked out when asked for, because it costs more than sending, and `send` shows it to no reader.
   */
  readonly showOutcome: () => AttemptOutcome;
}

/** Rejects if the secret cannot be read: then no attempt was made and none is used up. */
export async function prepareAttempt(
  { secrets }: { readonly secrets: SecretReader },
  webhook: Webhook,
): Promise<ReadyAttempt> {
  const format = findFormat(webhook.format.id);
  if (format === undefined) {
    throw new Error(`This version of the service knows no format named ${webhook.format.id}`);
  }
  const secret = webhook.secret && (await secrets.read(webhook.tenantId, webhook.secret));
  return { webhook, format, secret };
}

export async function makeAttempt(
  deps: { readonly client: WebhookClient; readonly tokens: AccessTokens; readonly clock: Clock },
  { webhook, format, secret }: ReadyAttempt,
  message: Pick<DeliveryMessage, 'deliveryId' | 'attempt' | 'event' | 'revision'>,
  finding: Finding,
): Promise<MadeAttempt> {
  const { client, clock } = deps;
  const { deliveryId, attempt: number } = message;
  const at = clock.now();
  const request = buildRequest({
    webhook,
    secret,
    format,
    finding,
    lifecycle: lifecycleOf(message),
    deliveryId,
    nowMillis: at,
  });
  const tokenRequest = tokenRequestOf(webhook, secret, format);
  const { outcome, tokens } =
    tokenRequest === undefined
      ? { outcome: await client.send(request, ATTEMPT_DEADLINE_MILLIS), tokens: [] }
      : await sendAuthorized(deps, {
          tenantId: webhook.tenantId,
          tokenRequest,
          request,
          deadlineAt: at + ATTEMPT_DEADLINE_MILLIS,
        });
  const result = classify(outcome, format, clock.now(), webhook.format.options);
  const secrets = () => [
    ...preparedValues(secret),
    ...[...secretHeaders(request), ...issuerHeaders(tokenRequest), ...tokens].map(preparedValue),
  ];
  const kept = responseToKeep(outcome, result, secrets);
  return {
    attempt: {
      number,
      at,
      millis: outcome.millis,
      ...whatCame(outcome, result, secrets),
      ...(kept !== '' && { response: kept }),
    },
    result,
    host: URL.parse(request.url)?.host ?? '',
    showOutcome: () => maskOutcome(outcome, secrets()),
  };
}

function whatCame(
  outcome: AttemptOutcome,
  result: Result,
  secrets: () => readonly PreparedSecrets[],
): Pick<Attempt, 'statusCode' | 'error' | 'cause' | 'code' | 'location'> {
  if (result.kind === 'success') {
    return { statusCode: result.statusCode };
  }
  const location = outcome.kind === 'answered' ? locationOf(outcome.response) : undefined;
  return { ...result.cause, ...(location !== undefined && { location: shownLocation(location, secrets()) }) };
}

/** Of a redirect alone: elsewhere the header names something else, as a 201 what was made. */
function locationOf({ statusCode, headers }: ReceiverResponse): string | undefined {
  return statusCode >= 300 && statusCode < 400 ? headers['location'] : undefined;
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

/** The issuer may echo how the client has signed in. */
function issuerHeaders(request: TokenRequest | undefined): readonly string[] {
  return request === undefined ? [] : secretHeaders(tokenIssueRequest(request));
}

function maskOutcome(outcome: AttemptOutcome, secrets: readonly PreparedSecrets[]): AttemptOutcome {
  if (outcome.kind === 'answered') {
    return { ...outcome, response: maskResponse(outcome.response, secrets) };
  }
  const { issuerResponse } = outcome;
  return { ...outcome, ...(issuerResponse && { issuerResponse: maskResponse(issuerResponse, secrets) }) };
}

/** A success keeps no answer: its row then fits one write unit. */
function responseToKeep(outcome: AttemptOutcome, result: Result, secrets: () => readonly PreparedSecrets[]): string {
  const response = outcome.kind === 'answered' ? outcome.response : outcome.issuerResponse;
  return response !== undefined && result.kind === 'failure' ? excerptResponse(response.body, secrets()) : '';
}
