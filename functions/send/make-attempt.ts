/** Makes one attempt: the request as the webhook is configured now, the answer, and what the log keeps of it. */
import { buildRequest, secretValues } from '../../shared/contract/outgoing-request.ts';
import { excerptAnswer } from '../../shared/domain/answer-excerpt.ts';
import type { AttemptOutcome } from '../../shared/domain/attempt-outcome.ts';
import { classify, type Result } from '../../shared/domain/classify.ts';
import type { Attempt, DeliveryMessage } from '../../shared/domain/delivery.ts';
import type { Finding } from '../../shared/domain/finding.ts';
import type { Format } from '../../shared/domain/format.ts';
import { findFormat } from '../../shared/domain/formats/catalogue.ts';
import type { Webhook, WebhookSecret } from '../../shared/domain/webhook.ts';
import type { SendDependencies } from './dependencies.ts';

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
}

/** Rejects if the secret cannot be read: then no attempt was made and none is used up. */
export async function prepareAttempt(
  { secrets }: Pick<SendDependencies, 'secrets'>,
  webhook: Webhook,
): Promise<ReadyAttempt> {
  const format = findFormat(webhook.format.id);
  if (format === undefined) {
    throw new Error(`This version of send knows no format named ${webhook.format.id}`);
  }
  const secret = webhook.secret && (await secrets.read(webhook.tenantId, webhook.secret));
  return { webhook, format, secret };
}

export async function makeAttempt(
  { client, clock }: Pick<SendDependencies, 'client' | 'clock'>,
  { webhook, format, secret }: ReadyAttempt,
  { deliveryId, attempt: number }: DeliveryMessage,
  finding: Finding,
): Promise<MadeAttempt> {
  const at = clock.now();
  const request = buildRequest({ webhook, secret, format, finding, deliveryId, nowMillis: at });
  const outcome = await client.send(request, ATTEMPT_DEADLINE_MILLIS);
  const result = classify(outcome, format, clock.now());
  const kept = answerToKeep(outcome, result, secret);
  return {
    attempt: { number, at, millis: outcome.millis, ...codeOf(outcome), ...(kept !== '' && { answer: kept }) },
    result,
    host: URL.parse(request.url)?.host ?? '',
  };
}

function codeOf(outcome: AttemptOutcome): Pick<Attempt, 'statusCode' | 'error'> {
  return outcome.kind === 'answered' ? { statusCode: outcome.answer.statusCode } : { error: outcome.error };
}

/** A success keeps no answer: its row then fits one write unit. */
function answerToKeep(outcome: AttemptOutcome, result: Result, secret: WebhookSecret | undefined): string {
  return outcome.kind === 'answered' && result.kind === 'failure'
    ? excerptAnswer(outcome.answer.body, secretValues(secret))
    : '';
}
