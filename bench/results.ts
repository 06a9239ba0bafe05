/** What a run of `npm run bench` found. Pure. */
import type { Percentiles } from './percentiles.ts';
import type { Machine } from './send/machine.ts';
import type { Spread } from './send/ratios.ts';
import type { SendResults } from './send/results.ts';

/** This system, or another commit's. */
export type LatencySubject = 'here' | 'against';

export interface LatencyResult {
  readonly perSecond: 50 | 200;
  readonly rounds: number;
  /** Milliseconds from the moment at which a finding was due on the bus to its first arrival. */
  readonly millis: Readonly<Partial<Record<LatencySubject, Readonly<Record<keyof Percentiles, Spread>>>>>;
  /** Our p95 as a part of the other commit's. */
  readonly timesAgainst?: Spread;
}

export interface MemoryResult {
  readonly process: 'bare' | 'send' | 'dispatch';
  readonly under: string;
  /** Resident memory of the process, MiB. */
  readonly idleMib: Spread;
  readonly peakMib: Spread;
  readonly timesIdle: Spread;
  readonly heapTimesIdle: Spread;
  /** The peak as a multiple of that of the bare POST's process under the same receivers; of `dispatch`: under quick ones. */
  readonly timesBare: Spread;
}

export interface ThroughputResults {
  /** All of AWS's part in one thread with the supervisor, and each part in a thread of its own, as it is used. */
  readonly together: LocalThroughput;
  readonly apart: LocalThroughput;
  readonly timesTogether: Spread;
  readonly against?: {
    readonly herePerSecond: Spread;
    readonly therePerSecond: Spread;
    readonly timesAgainst: Spread;
  };
}

export interface LocalThroughput {
  readonly perSecond: Spread;
  /** CPU milliseconds of the supervisor's thread for each delivery. */
  readonly supervisorMillis: Spread;
}

export interface BenchResults {
  readonly takenAt: string;
  readonly machine: Machine;
  /** The commit beside which all of it was measured. */
  readonly against?: string;
  readonly send?: SendResults;
  readonly latency?: readonly LatencyResult[];
  readonly memory?: readonly MemoryResult[];
  readonly throughput?: ThroughputResults;
}
