/** The receiver behind a function URL: what Lambda hands over as a request, and the planned answer as Lambda takes it. */
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { type RequestRecords, receive } from './receive.ts';

export interface ReceiverDependencies {
  readonly records: RequestRecords;
  readonly now: () => number;
  readonly wait: (millis: number) => Promise<unknown>;
}

export type FunctionUrlRequest = Pick<
  LambdaFunctionURLEvent,
  'rawPath' | 'rawQueryString' | 'headers' | 'body' | 'isBase64Encoded'
>;

/** Beyond what a sender waits for a response, which is ten seconds, and below what the function may take. */
export const HANG_MILLIS = 15_000;

export function createReceiver({ records, now, wait }: ReceiverDependencies) {
  return async (request: FunctionUrlRequest): Promise<LambdaFunctionURLResult> => {
    const { rawPath, rawQueryString, headers, body = '', isBase64Encoded } = request;
    const response = await receive(records, {
      url: rawQueryString === '' ? rawPath : `${rawPath}?${rawQueryString}`,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? ''])),
      // To the byte: a signature is over what was sent.
      body: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
      receivedAt: now(),
    });
    if (response === 'no-answer') {
      await wait(HANG_MILLIS);
      return { statusCode: 504 };
    }
    await wait(response.afterMillis);
    return { statusCode: response.statusCode, headers: { ...response.headers }, body: response.body };
  };
}
