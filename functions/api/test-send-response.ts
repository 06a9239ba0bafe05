/** What came of a test send, as the caller sees it: everything that helps to find out why, and no secret. */
import type { TestSendAnswer } from '../../shared/api/delivery-responses.schema.ts';
import { adviceFor } from '../../shared/attempt/attempt-advice.ts';
import { maskedRequest } from './deliveries/masked-request.ts';
import type { TestSend } from './test-send.ts';

export function toTestSendAnswer({ webhook, finding, deliveryId, made }: TestSend): TestSendAnswer {
  const outcome = made.showOutcome();
  const answer = outcome.kind === 'answered' ? outcome.answer : outcome.issuerAnswer;
  const { dnsMillis, connectMillis, tlsMillis, firstByteMillis } = outcome.phases;
  const request = maskedRequest(webhook, finding, deliveryId, made.attempt.at);
  return {
    isAccepted: made.result.kind === 'success',
    ...(outcome.kind === 'answered' ? { statusCode: outcome.answer.statusCode } : { error: outcome.error }),
    ...(answer && { answer: { headers: { ...answer.headers }, body: answer.body } }),
    ...(made.result.kind === 'failure' && { advice: adviceFor(made.result.cause) }),
    millis: {
      total: Math.round(outcome.millis),
      ...(dnsMillis !== undefined && { dns: dnsMillis }),
      ...(connectMillis !== undefined && { connect: connectMillis }),
      ...(tlsMillis !== undefined && { tls: tlsMillis }),
      ...(firstByteMillis !== undefined && { firstByte: firstByteMillis }),
    },
    ...(request && { request }),
  };
}
