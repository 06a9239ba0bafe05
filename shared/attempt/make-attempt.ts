/**
 * What `send` and the API's test send both do to a receiver: one attempt with the request as the webhook is configured
 * now, the answer, and what may be kept of it. Whether it may be made, and what follows from it, is not known here.
 */
import { buildRequest, secretValues } from '../contract/outgoing-request.ts';
import { excerptAnswer, maskAnswer } from '../domain/answer-excerpt.ts';
import type { AttemptOutcome } from '../domain/attempt-outcome.ts';
import { classify, type Result } from '../domain/classify.ts';
import type { Attempt, DeliveryMessage } from '../domain/delivery.ts';
import type { Finding } from '../domain/finding.ts';
import type { Format } from '../domain/format.ts';
import { findFormat } from '../domain/formats/catalogue.ts';
import type { Webhook, WebhookSecret } from '../domain/webhook.ts';
import type { Clock } from '../ports/clock.ts';
import type { SecretReader } from '../ports/secret-store.ts';
import type { WebhookClient } from '../ports/webhook-client.ts';

/** DNS to the end of the answer. */
const ATTEMPT_DEADLINE_MILLIS = 10_000;

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
   * The outcome as a person may see it: of an answer the first 20 headers and 1 KB of body, with every secret masked.
   * Worked out when asked for, because it costs more than sending, and `send` shows nothing to anybody.
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
  { client, clock }: { readonly client: WebhookClient; readonly clock: Clock },
  { webhook, format, secret }: ReadyAttempt,
  { deliveryId, attempt: number }: Pick<DeliveryMessage, 'deliveryId' | 'attempt'>,
  finding: Finding,
): Promise<MadeAttempt> {
  const at = clock.now();
  const request = buildRequest({ webhook, secret, format, finding, deliveryId, nowMillis: at });
  const outcome = await client.send(request, ATTEMPT_DEADLINE_MILLIS);
  const result = classify(outcome, format, clock.now(), webhook.format.options);
  const kept = answerToKeep(outcome, result, secret);
  return {
    attempt: { number, at, millis: outcome.millis, ...codeOf(outcome), ...(kept !== '' && { answer: kept }) },
    result,
    host: URL.parse(request.url)?.host ?? '',
    showOutcome: () => maskOutcome(outcome, secret),
  };
}

function codeOf(outcome: AttemptOutcome): Pick<Attempt, 'statusCode' | 'error'> {
  return outcome.kind === 'answered' ? { statusCode: outcome.answer.statusCode } : { error: outcome.error };
}

function maskOutcome(outcome: AttemptOutcome, secret: WebhookSecret | undefined): AttemptOutcome {
  return outcome.kind === 'answered'
    ? { ...outcome, answer: maskAnswer(outcome.answer, secretValues(secret)) }
    : outcome;
}

/** A success keeps no answer: its row then fits one write unit. */
function answerToKeep(outcome: AttemptOutcome, result: Result, secret: WebhookSecret | undefined): string {
  return outcome.kind === 'answered' && result.kind === 'failure'
    ? excerptAnswer(outcome.answer.body, secretValues(secret))
    : '';
}
