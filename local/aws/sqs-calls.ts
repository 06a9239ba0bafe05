/**
 * Calls of SQS as Lambda's pollers and EventBridge make them. Without the SDK: those parts of AWS are none of ours, and on one machine
 * its signatures and checks took more of the processors than the function that they feed.
 */
import { Agent, request as openRequest } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

export interface SqsCalls {
  /** Rejects in SQS's words after the last try, and at once if `signal` aborts. */
  call<Output>(action: SqsAction, input: object, signal?: AbortSignal): Promise<Output>;
  close(): void;
}

type SqsAction = 'SendMessage' | 'ReceiveMessage' | 'DeleteMessageBatch';

const TRIES = 3;
const PAUSE_MILLIS = 100;

/** `url`: of the engine, or of what stands before it. */
export function createSqsCalls(url: string): SqsCalls {
  const agent = new Agent({ keepAlive: true });

  function callOnce(action: SqsAction, input: object, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const body = Buffer.from(JSON.stringify(input));
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': body.length,
        'x-amz-target': `AmazonSQS.${action}`,
      };
      const outgoing = openRequest(url, { method: 'POST', agent, headers, ...(signal && { signal }) }, (incoming) => {
        json(incoming).then((output) => {
          if (incoming.statusCode === 200) {
            resolve(output);
          } else {
            reject(new Error(`SQS responded ${incoming.statusCode} to ${action}: ${JSON.stringify(output)}`));
          }
        }, reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  return {
    async call<Output>(action: SqsAction, input: object, signal?: AbortSignal): Promise<Output> {
      for (let tried = 1; ; tried += 1) {
        try {
          return (await callOnce(action, input, signal)) as Output;
        } catch (error) {
          if (tried === TRIES) {
            throw error;
          }
          await pause(PAUSE_MILLIS, undefined, { ...(signal && { signal }) });
        }
      }
    },
    close: () => agent.destroy(),
  };
}
