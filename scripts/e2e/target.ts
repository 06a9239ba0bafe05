/** Where an end-to-end run deploys to: what differs between an emulator on this machine and an account of AWS. */
import { join } from 'node:path';
import type { Progress } from './progress.ts';

export interface Target {
  /** Of the CDK's commands and of the suite: endpoint, credentials, and where the suite's receiver is. */
  readonly env: NodeJS.ProcessEnv;
  /** What the stage takes from the shell that synthesises it, beside that. */
  readonly synthEnv: NodeJS.ProcessEnv;
  /** `aws://account/region` for `cdk bootstrap`; absent if the account is bootstrapped already. */
  readonly toBootstrap?: string;
  /** Whether a stack that is not destroyed is still there after the run. */
  readonly outlivesRun: boolean;
  /** Of an emulator and its functions: what is done to them all at once. */
  readonly processGroup?: number | undefined;
  /** Makes an assembly fit for it; answers what it changed, one line each. */
  fit(assembly: string): readonly string[];
}

export interface Run {
  /** For whatever the run needs; goes with it. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  detail(line: string): void;
  /** Ends the run: what it needs has ended by itself. */
  interrupt(error: unknown): void;
  /** Done when the run ends, however it ends; what was asked for last is done first. */
  atEnd(cleanUp: () => Promise<void>): void;
}

export const ROOT = join(import.meta.dirname, '..', '..');
export const BIN = join(ROOT, 'node_modules', '.bin');

/** Plain lines instead of bars that redraw; no usage is reported. */
export const PLAIN_CDK = { CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true', NO_COLOR: '1' };
