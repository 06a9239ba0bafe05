/** Starts a process that delivers in one way, and asks it what so many batches take. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Way {
  readonly kind: 'bare' | 'obvious' | 'bundle';
  /** By webhook id. */
  readonly urls: Readonly<Record<string, string>>;
  /** PEM, trusted besides the public roots. */
  readonly ca: string;
  readonly tables: { readonly config: string; readonly deliveryLog: string };
  /** The status that a bare POST expects; 204 if absent. */
  readonly expects?: number;
  /** Of a function: its file, and the queue that its messages come from. */
  readonly bundle?: { readonly file: string; readonly queueUrl: string };
  /** Looked at all the time, which takes CPU time itself. */
  readonly watchesMemory?: boolean;
}

/** What a batch needs is made first, then its deliveries are measured. Throws unless all of them succeed. */
export type Prepare = (bodies: readonly string[]) => () => Promise<void>;

/** Batches of message bodies. */
export interface Run {
  readonly warmUp: readonly (readonly string[])[];
  readonly measured: readonly (readonly string[])[];
  /** From the beginning of one measured batch to that of the next; absent: the next begins when one has ended. */
  readonly everyMillis?: number;
}

/** Bytes. Idle is the process that has loaded its code and done nothing. */
export interface MemoryUse {
  readonly idle: number;
  readonly peak: number;
  readonly idleHeap: number;
  readonly peakHeap: number;
}

export interface FromMeasured {
  /** Of the measured batches together, and of the pauses before them. */
  readonly cpuMillis: number;
  /** Where it is watched, since the start. */
  readonly memory?: MemoryUse;
}

export interface MeasuredChild {
  /** Rejects if a delivery fails. */
  run(run: Run): Promise<FromMeasured>;
  stop(): void;
}

/** The heap of a function with 512 MB, and a collector that can be called so that idle is without garbage. */
const MEMORY_OPTIONS = ['--expose-gc', '--max-old-space-size=512'];

/** `entry` is the file of the process. */
export async function startMeasuredChild(
  entry: string,
  way: Way,
  environment: NodeJS.ProcessEnv,
): Promise<MeasuredChild> {
  const child = fork(entry, [JSON.stringify(way)], {
    env: environment,
    execArgv: way.watchesMemory ? MEMORY_OPTIONS : [],
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
      const [measured] = (await Promise.race([once(child, 'message'), ended])) as [FromMeasured];
      return measured;
    },
    stop: () => child.disconnect(),
  };
}
