/** One process of a function: starts it, hands it invocations, and says how it ended. What comes after is the host's. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { InvocationRequest, InvocationResponse, LoadReport } from './function-process.ts';
import type { ProcessEnd } from './restarts.ts';

export interface FunctionChildSettings {
  /** Below `functions/`. */
  readonly folder: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: NodeJS.ProcessEnv;
  /** Every line of its output. */
  readonly onLine: (line: string) => void;
}

export interface FunctionChild {
  readonly pid: number | undefined;
  /** Resolves when it can be invoked, with `ready`, or when it ends before that. */
  readonly started: Promise<'ready' | 'ended'>;
  /** Resolves when it has ended and all its output was read. */
  readonly ended: Promise<ProcessEnd>;
  hasEnded(): boolean;
  /** Whether it was idle for a part of the last moments. */
  hasTime(): boolean;
  /** Rejects if the process ends before it answers, or the handler throws. */
  invoke(event: unknown): Promise<unknown>;
  /** Resolves when it has ended. */
  end(): Promise<void>;
}

const ENTRY = join(import.meta.dirname, 'function-process.ts');

/** Where Node keeps compiled code, if this process has such a folder: a system has many processes of the same code. */
const { NODE_COMPILE_CACHE } = process.env;
const COMPILE_CACHE = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };

/** An attempt under way may take 10 s; the end of a local system does not wait that long. */
const STOP_WITHIN_MILLIS = 1_000;

/** Above it there is more to compute than the process can; below it what is under way mostly waits for receivers. */
const MOST_BUSY_SHARE = 0.8;

interface Pending {
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function startFunctionChild({ folder, environment, onLine }: FunctionChildSettings): FunctionChild {
  const child = fork(ENTRY, [folder], {
    env: { ...COMPILE_CACHE, ...environment },
    // Not the options of this process: a debugger's or a test runner's port is taken.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const pending = new Map<string, Pending>();
  let readyAt: number | undefined;
  let busyShare = 0;
  readLines(child, onLine);
  const ready = new Promise<'ready'>((resolve) => {
    child.once('message', () => {
      readyAt = Date.now();
      child.on('message', (message: InvocationResponse | LoadReport) => {
        if ('busyShare' in message) {
          busyShare = message.busyShare;
        } else {
          settle(pending, message);
        }
      });
      resolve('ready');
    });
  });
  // Not `exit`: until the pipes are closed there may be lines to read.
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('close', () => {
      for (const { reject } of pending.values()) {
        reject(new Error(`The process of ${folder} ended before it answered`));
      }
      resolve({
        ...(readyAt !== undefined && { readyForMillis: Date.now() - readyAt }),
        exitSignal: child.signalCode,
      });
    });
    child.on('error', (error) => {
      onLine(String(error));
      // The machine has no room for another process. Such a one never closes.
      if (child.pid === undefined) {
        resolve({ exitSignal: null });
      }
    });
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  return {
    pid: child.pid,
    started: Promise.race([ready, ended.then(() => 'ended' as const)]),
    ended,
    hasEnded,
    hasTime: () => busyShare <= MOST_BUSY_SHARE,
    invoke(event) {
      const request: InvocationRequest = { id: randomUUID(), event };
      return new Promise((resolve, reject) => {
        pending.set(request.id, { resolve, reject });
        // A process that has just ended: `close` rejects all that is pending.
        child.send(request, () => {});
      });
    },
    async end() {
      if (!hasEnded()) {
        child.kill('SIGTERM');
        await Promise.race([ended, pause(STOP_WITHIN_MILLIS, undefined, { ref: false })]);
        child.kill('SIGKILL');
      }
      await ended;
    },
  };
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const output of [child.stdout, child.stderr]) {
    if (output !== null) {
      createInterface({ input: output }).on('line', onLine);
    }
  }
}

function settle(pending: Map<string, Pending>, reply: InvocationResponse): void {
  const invocation = pending.get(reply.id);
  pending.delete(reply.id);
  if ('error' in reply) {
    invocation?.reject(new Error(reply.error));
  } else {
    invocation?.resolve(reply.response);
  }
}
