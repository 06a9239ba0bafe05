/** What `npm run bench -- send` found. Pure. */
import type { Part } from './bundle-parts.ts';
import type { Spread } from './ratios.ts';

/** `send` of this checkout, `bare` and `obvious`; `against` is `send` of another commit. */
export type Subject = 'bare' | 'send' | 'obvious' | 'against';

export interface ScenarioResult {
  readonly batchSize: 1 | 10;
  readonly hosts: number;
  /** Batches a second of each way; absent: each begins when the one before has ended. */
  readonly perSecond?: number;
  /** Of each way in a round. */
  readonly deliveries: number;
  /** CPU milliseconds of a delivery. */
  readonly millis: Readonly<Partial<Record<Subject, Spread>>>;
  /** Times the bare POST of the same round. */
  readonly timesBare: Readonly<Partial<Record<Subject, Spread>>>;
  /** This `send` as a part of the other commit's. */
  readonly timesAgainst?: Spread;
}

export interface BundleResult {
  readonly name: string;
  readonly bytes: number;
  readonly parts: readonly Part[];
  /** CPU milliseconds beyond an empty handler's. */
  readonly loadMillis?: Spread;
  readonly against?: { readonly bytes: number; readonly timesBytes: number; readonly timesLoad?: Spread };
}

export interface SendResults {
  readonly rounds: number;
  readonly scenarios: readonly ScenarioResult[];
  readonly bundles: readonly BundleResult[];
}
