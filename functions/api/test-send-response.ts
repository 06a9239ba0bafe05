/** What came of a test send, as the caller sees it: everything that helps to find out why, and no secret. */
import { reasonOf } from '../../shared/api/attempt-responses.schema.ts';
import type { TestSendResponse } from '../../shared/api/test-send-responses.schema.ts';
import { adviceFor } from '../../shared/attempt/attempt-advice.ts';
import { maskedRequest } from './deliveries/masked-request.ts';
import type { TestSend } from './test-send.ts';

export function toTestSendResponse({ webhook, finding, deliveryId, made }: TestSend): TestSendResponse {
  const outcome = made.showOutcome();
  const response = outcome.kind === 'answered' ? outcome.response : outcome.issuerResponse;
  const { dnsMillis, connectMillis, tlsMillis, firstByteMillis } = outcome.phases;
  const request = maskedRequest(webhook, finding, deliveryId, made.attempt.at);
  return {
    isAccepted: made.result.kind === 'success',
    ...(outcome.kind === 'answered' ? { statusCode: outcome.response.statusCode } : { error: outcome.error }),
    ...reasonOf(made.attempt),
    ...(response && { answer: { headers: { ...response.headers }, body: response.body } }),
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
