/** Starts a process that delivers in one way, and asks it what so many batches cost. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Way {
  readonly kind: 'bare' | 'obvious' | 'send';
  /** By webhook id. */
  readonly urls: Readonly<Record<string, string>>;
  /** PEM, trusted besides the public roots. */
  readonly ca: string;
  readonly tables: { readonly config: string; readonly deliveryLog: string };
  /** Of `send`: its file. */
  readonly bundle?: string;
}

/** What a batch needs is made first, then the deliveries are measured. Throws unless all of them succeed. */
export type Prepare = (bodies: readonly string[]) => () => Promise<void>;

/** Batches of message bodies. */
export interface Run {
  readonly warmUp: readonly (readonly string[])[];
  readonly measured: readonly (readonly string[])[];
}

export interface FromMeasured {
  readonly cpuMillis: number;
}

export interface MeasuredChild {
  /** CPU milliseconds of the measured batches together. Rejects if a delivery fails. */
  run(run: Run): Promise<number>;
  stop(): void;
}

export async function startMeasuredChild(way: Way, environment: NodeJS.ProcessEnv): Promise<MeasuredChild> {
  const child = fork(new URL('measured-process.ts', import.meta.url), [JSON.stringify(way)], {
    env: environment,
    execArgv: [],
    // What it logs is written, as in Lambda, and read by no process.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([exitCode]) => {
    throw new Error(`The process that delivers by ${way.kind} ended with exit code ${exitCode}`);
  });
  ended.catch(() => {});
  await Promise.race([once(child, 'message'), ended]);
  return {
    async run(run) {
      child.send(run);
      const [{ cpuMillis }] = (await Promise.race([once(child, 'message'), ended])) as [FromMeasured];
      return cpuMillis;
    },
    stop: () => child.disconnect(),
  };
}
