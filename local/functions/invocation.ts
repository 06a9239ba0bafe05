/** One invocation as Lambda makes it: the context, and an end to it when the function's time is up. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** Of any function: what it takes and returns is between its trigger and itself. */
export type LambdaHandler = (event: unknown, context: Context) => Promise<unknown>;

export interface FunctionIdentity {
  readonly functionName: string;
  readonly account: string;
  readonly region: string;
  readonly timeoutSeconds: number;
}

const MEMORY_MIB = 512;

/** Rejects as soon as the time is up, whatever the handler still does: its messages are then left on the queue. */
export async function invoke(handler: LambdaHandler, event: unknown, identity: FunctionIdentity): Promise<unknown> {
  const deadline = Date.now() + identity.timeoutSeconds * 1000;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    const expire = () => reject(new Error(`Task timed out after ${identity.timeoutSeconds} seconds`));
    timer = setTimeout(expire, deadline - Date.now());
  });
  try {
    return await Promise.race([handler(event, contextFor(identity, deadline)), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

function contextFor({ functionName, account, region }: FunctionIdentity, deadline: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${functionName}`,
    memoryLimitInMB: String(MEMORY_MIB),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/${process.pid}`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: notForPromises,
    fail: notForPromises,
    succeed: notForPromises,
  };
}

function notForPromises(): never {
  throw new Error('Handlers here return a promise.');
}
