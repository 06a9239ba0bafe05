/**
 * Keeps a function's process running: starts it, writes down what it logs, and starts another when it ends, later and
 * later if it ends quickly, until it gives up.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { metricsNamespace } from '../../shared/topology/metrics.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { type DirectWays, LOCAL_ACCOUNT, LOCAL_CREDENTIALS, LOCAL_REGION, LOCAL_STAGE } from '../aws/local-aws.ts';
import { type FunctionChild, startFunctionChild } from './function-child.ts';
import { openFunctionLog } from './function-log.ts';
import { createRestartPolicy, type ProcessEnd, QUICK_ENDS_ALLOWED } from './restarts.ts';

export interface FunctionSettings {
  /** Below `functions/`. */
  readonly folder: string;
  /** Of its log, and in what is said about its process: `folder` unless the function has several processes. */
  readonly name?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly endpointUrl: string;
  /** Where these two are reached without the gateway; by `endpointUrl` if absent. */
  readonly direct?: Pick<DirectWays, 'dynamoDbUrl' | 'sqsUrl'>;
  readonly logsFolder: string;
  /** Every line that the function logs. */
  readonly onLine: (line: string) => void;
}

export interface HostedFunction {
  /** Waits while the function is down. Rejects if its process ends first, if the handler throws, or if it stays down. */
  invoke(event: unknown): Promise<unknown>;
  /** Waits while the function is down. False if it stays down: it was stopped or given up. */
  whenUp(): Promise<boolean>;
  /** Whether its process was idle for a part of the last moments. */
  hasTime(): boolean;
  /** Resolves if the function is given up: with what is wrong, where, and what to do. */
  readonly failure: Promise<Error>;
  /** Writes a line of the host's own into the function's log. */
  note(line: string): void;
  /** Of the process that runs now, be it ready or not; undefined between two. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Enough for a stack trace when a function does not start. */
const LAST_LINES_KEPT = 20;

/** Resolves when the function can be invoked; rejects with its last words if it does not get that far. */
export async function hostFunction(settings: FunctionSettings): Promise<HostedFunction> {
  const { folder, name = folder } = settings;
  const failure = Promise.withResolvers<Error>();
  const log = openFunctionLog(settings.logsFolder, name, failure.resolve);
  const stopping = new AbortController();
  let lastLines: string[] = [];
  let current = startChild();
  let up = whenOneIsUp();
  const supervising = supervise();
  await up.promise.catch((error: unknown) => {
    log.close();
    throw error;
  });

  return {
    async invoke(event) {
      for (;;) {
        const child = await up.promise;
        if (!child.hasEnded()) {
          return child.invoke(event);
        }
        await child.ended;
      }
    },
    whenUp: () =>
      up.promise.then(
        () => true,
        () => false,
      ),
    hasTime: () => current.hasTime(),
    failure: failure.promise,
    note: log.write,
    pid: () => (current.hasEnded() ? undefined : current.pid),
    async stop() {
      stopping.abort();
      await current.end();
      await supervising;
      log.close();
    },
  };

  /** As Lambda replaces an environment that died. Ends when the function stays down. */
  async function supervise(): Promise<void> {
    const decide = createRestartPolicy();
    for (let isFirst = true; !stopping.signal.aborted; isFirst = false) {
      if ((await current.started) === 'ready') {
        up.resolve(current);
        await current.ended;
        up = whenOneIsUp();
      }
      const end = await current.ended;
      if (stopping.signal.aborted) {
        break;
      }
      if (isFirst && end.readyForMillis === undefined && end.exitSignal === null) {
        return up.reject(new Error(`The function ${name} did not start. ${lastWords()}`));
      }
      const next = decide(end);
      if (next.kind === 'give-up') {
        return giveUp(end);
      }
      log.write(`${name} ended ${describeEnd(end)} and is started again in ${next.delayMillis} ms`);
      await pause(next.delayMillis, undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) {
        current = startChild();
      }
    }
    up.reject(new Error(`The function ${name} was stopped`));
  }

  function giveUp(end: ProcessEnd): void {
    const error = new Error(
      `The function ${name} stays down: ${QUICK_ENDS_ALLOWED} of its processes in a row ended before they got to work, the last one ${describeEnd(end)}. ${lastWords()}
Mend functions/${folder}/ or what ends its processes, then start the system again.`,
    );
    log.write(error.message);
    up.reject(error);
    failure.resolve(error);
  }

  function startChild(): FunctionChild {
    lastLines = [];
    return startFunctionChild({
      folder,
      environment: environmentOf(settings),
      onLine(line) {
        lastLines.push(line);
        lastLines.splice(0, lastLines.length - LAST_LINES_KEPT);
        log.write(line);
        settings.onLine(line);
      },
    });
  }

  function lastWords(): string {
    const where = join(settings.logsFolder, `${name}.log`);
    return lastLines.length === 0 ? `Its log is ${where}.` : `Its log is ${where}, and ends:\n${lastLines.join('\n')}`;
  }
}

/** It may be rejected while no caller waits. */
function whenOneIsUp(): PromiseWithResolvers<FunctionChild> {
  const up = Promise.withResolvers<FunctionChild>();
  up.promise.catch(() => {});
  return up;
}

function describeEnd({ readyForMillis, exitSignal }: ProcessEnd): string {
  const how = exitSignal === null ? 'by itself' : `by ${exitSignal}`;
  return `${how} ${readyForMillis === undefined ? 'while it was starting' : `after ${readyForMillis} ms`}`;
}

/** As infra sets it, and what Lambda itself sets. Nothing of the user's AWS settings may leak in. */
export function environmentOf({ folder, environment, endpointUrl, direct }: FunctionSettings): NodeJS.ProcessEnv {
  return {
    ...environment,
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: endpointUrl,
    ...(direct && { AWS_ENDPOINT_URL_DYNAMODB: direct.dynamoDbUrl, AWS_ENDPOINT_URL_SQS: direct.sqsUrl }),
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
