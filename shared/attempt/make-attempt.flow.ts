/**
 * What `send` and the API's test send both do to a receiver: one attempt with the request as the webhook is configured
 * now, the response, and what may be kept of it. Whether it may be made, and what follows from it, is not known here.
 */

import { classify, type Result } from '../delivery/classify.ts';
import type { Attempt, DeliveryMessage } from '../delivery/delivery.ts';
import { findFormat } from '../destinations/formats.ts';
import type { Finding } from '../finding/finding.ts';
import { lifecycleOf } from '../finding/lifecycle.ts';
import type { AttemptOutcome, ReceiverResponse } from '../http/attempt-outcome.ts';
import type { PreparedSecrets } from '../http/mask-secrets.ts';
import { excerptResponse, shownLocation } from '../http/response-excerpt.ts';
import type { SecretReader } from '../webhook/secret-store.port.ts';
import type { Webhook } from '../webhook/webhook.ts';
import { buildRequest, type RequestInput } from './outgoing-request.schema.ts';
import { type ReadyAttempt, type SendingDependencies, type Sent, sendMasked } from './send-masked.flow.ts';

export interface MadeAttempt extends Pick<Sent, 'showOutcome'> {
  readonly attempt: Attempt;
  readonly result: Result;
  /** Host and port that it went to. */
  readonly host: string;
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

/** `inItsPlace`: what is sent in place of the finding. */
export async function makeAttempt(
  deps: SendingDependencies,
  ready: ReadyAttempt,
  message: Pick<DeliveryMessage, 'deliveryId' | 'attempt' | 'event' | 'revision'>,
  finding: Finding,
  inItsPlace: Pick<RequestInput, 'digest' | 'manifest'> = {},
): Promise<MadeAttempt> {
  const { clock } = deps;
  const { webhook, format, secret } = ready;
  const { deliveryId, attempt: number } = message;
  const at = clock.now();
  const request = buildRequest({
    webhook,
    secret,
    format,
    finding,
    lifecycle: lifecycleOf(message),
    ...inItsPlace,
    deliveryId,
    nowMillis: at,
  });
  const { outcome, secrets, showOutcome } = await sendMasked(deps, ready, request, at);
  const result = classify(outcome, format, clock.now(), webhook.format.options);
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
    showOutcome,
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

/** A success keeps no answer: its row then fits one write unit. */
function responseToKeep(outcome: AttemptOutcome, result: Result, secrets: () => readonly PreparedSecrets[]): string {
  const response = outcome.kind === 'answered' ? outcome.response : outcome.issuerResponse;
  return response !== undefined && result.kind === 'failure' ? excerptResponse(response.body, secrets()) : '';
}
