/** Keeps a function's process running: starts it, writes down what it logs, and starts another if it dies. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { metricsNamespace } from '../../shared/topology/metrics.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { LOCAL_ACCOUNT, LOCAL_CREDENTIALS, LOCAL_REGION, LOCAL_STAGE } from '../aws/local-aws.ts';
import type { InvocationRequest, InvocationResponse } from './function-process.ts';

export interface FunctionSettings {
  /** Below `functions/`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly endpointUrl: string;
  readonly logsFolder: string;
  /** Every line that the function logs. */
  readonly onLine: (line: string) => void;
}

export interface HostedFunction {
  /** Waits for a process that is just being started. Rejects if the process dies first, or the handler throws. */
  invoke(event: unknown): Promise<unknown>;
  /** Writes a line of the host's own into the function's log. */
  note(line: string): void;
  /** Of the process that runs now; undefined between two. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

const ENTRY = join(import.meta.dirname, 'function-process.ts');

/** An attempt under way may take 10 s; at the end of a local system nobody waits that long. */
const STOP_WITHIN_MILLIS = 1_000;

/** Enough for a stack trace when a function does not start. */
const LAST_LINES_KEPT = 20;

interface Pending {
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A process that has said that it is ready, and what it still has to answer. */
interface Environment {
  readonly child: ChildProcess;
  readonly pending: Map<string, Pending>;
}

/** Resolves when the function can be invoked; rejects with its last words if it does not get that far. */
export async function hostFunction(settings: FunctionSettings): Promise<HostedFunction> {
  const { folder } = settings;
  mkdirSync(settings.logsFolder, { recursive: true });
  const log = createWriteStream(join(settings.logsFolder, `${folder}.log`));
  let isStopping = false;
  let current: ChildProcess | undefined;
  let starting = start();
  await starting;

  return {
    async invoke(event) {
      const { child, pending } = await starting;
      const request: InvocationRequest = { id: randomUUID(), event };
      return new Promise((resolve, reject) => {
        pending.set(request.id, { resolve, reject });
        // A process that has just died: its end rejects all that is pending.
        child.send(request, () => {});
      });
    },
    note,
    pid: () => (current === undefined || hasEnded(current) ? undefined : current.pid),
    async stop() {
      isStopping = true;
      // One that is just being started, too.
      await starting.then(
        ({ child }) => end(child),
        () => {},
      );
      log.end();
    },
  };

  async function start(): Promise<Environment> {
    const child = fork(ENTRY, [folder], {
      env: environmentOf(settings),
      // Not the options of whoever started us: a debugger's or a test runner's port is taken.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    current = child;
    const pending = new Map<string, Pending>();
    const lastLines = readLines(child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('close', () => reject(new Error(`Function ${folder} did not start:\n${lastLines.join('\n')}`)));
    });
    child.on('message', (reply: InvocationResponse) => settle(pending, reply));
    child.once('close', () => {
      replace();
      for (const { reject } of pending.values()) {
        reject(new Error(`The process of ${folder} ended before it answered`));
      }
    });
    return { child, pending };
  }

  /** As Lambda replaces an environment that died. One that cannot even start ends the whole system, with its words. */
  function replace(): void {
    if (!isStopping) {
      note(`${folder} ended and is started again`);
      starting = start();
    }
  }

  /** What is said after the end is lost. */
  function note(line: string): void {
    if (!log.writableEnded) {
      log.write(`${line}\n`);
    }
  }

  function readLines(child: ChildProcess): readonly string[] {
    const lastLines: string[] = [];
    for (const output of [child.stdout, child.stderr]) {
      if (output !== null) {
        createInterface({ input: output }).on('line', (line) => {
          lastLines.push(line);
          lastLines.splice(0, lastLines.length - LAST_LINES_KEPT);
          note(line);
          settings.onLine(line);
        });
      }
    }
    return lastLines;
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

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) {
    return;
  }
  // Not `exit`: until the pipes are closed there may be lines to write down.
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const timer = new AbortController();
  await Promise.race([ended, pause(STOP_WITHIN_MILLIS, undefined, { signal: timer.signal }).catch(() => {})]);
  timer.abort();
  child.kill('SIGKILL');
  await ended;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** As infra sets it, and what Lambda itself sets. Nothing of the user's AWS settings may leak in. */
function environmentOf({ folder, environment, endpointUrl }: FunctionSettings): NodeJS.ProcessEnv {
  return {
    ...environment,
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: LOCAL_REGION,
    AWS_ACCOUNT_ID: LOCAL_ACCOUNT,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: physicalName(LOCAL_STAGE, folder),
    POWERTOOLS_SERVICE_NAME: folder,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(LOCAL_STAGE),
    UV_THREADPOOL_SIZE: '64',
  };
}
