/**
 * Starts parts of the local AWS in threads of their own, so that a busy one holds up no other and not the supervisor.
 * Threads, not processes: they end with the process whatever ends it, so nothing can be left behind.
 */
import { Worker } from 'node:worker_threads';
import type { RunningEngine } from './engine.ts';
import type { FrontDoorSettings } from './front-door.ts';

export type ThreadTask =
  | { readonly part: 'dynamodb' }
  | { readonly part: 'sqs'; readonly region: string }
  | { readonly part: 'front-door'; readonly settings: FrontDoorSettings };

export type ThreadMessage =
  | { readonly kind: 'started'; readonly origin: string }
  | { readonly kind: 'refused'; readonly because: string };

export interface ThreadedEngine extends RunningEngine {
  /** Resolves if it ends without being stopped. What it kept in memory is then lost, so it is not started again. */
  readonly failure: Promise<Error>;
}

export function startInThread(task: ThreadTask): Promise<ThreadedEngine> {
  // Not the options of this thread: a test runner's are not meant for it.
  return supervise(new Worker(new URL('engine-thread.ts', import.meta.url), { workerData: task, execArgv: [] }), task);
}

/** Rejects in the thread's words if it does not start. */
export async function supervise(worker: Worker, { part }: Pick<ThreadTask, 'part'>): Promise<ThreadedEngine> {
  const failure = Promise.withResolvers<Error>();
  const started = Promise.withResolvers<string>();
  let isStopping = false;
  let lastError: unknown;
  worker.once('message', (message: ThreadMessage) => {
    if (message.kind === 'started') {
      started.resolve(message.origin);
    } else {
      started.reject(new Error(message.because));
    }
  });
  worker.on('error', (error) => {
    lastError = error;
  });
  worker.once('exit', () => {
    const because = lastError === undefined ? 'It ended by itself' : `It ended by an error: ${lastError}`;
    const error = new Error(
      `The local AWS has lost its part ${part}, and what was stored there. ${because}. Start the system again.`,
    );
    started.reject(error);
    if (!isStopping) {
      failure.resolve(error);
    }
  });
  const stop = async () => {
    isStopping = true;
    await worker.terminate();
  };
  try {
    return { origin: await started.promise, failure: failure.promise, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
