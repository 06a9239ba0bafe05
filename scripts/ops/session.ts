/** What a command of the platform team works with: the stage that is meant, and the operator who typed the command. */
import type { StageResources } from '../stage-resources.ts';

export interface OpsSession {
  /** Throws, in words for the operator, if there is no such stage. */
  findResources(stageName: string | undefined): Promise<StageResources>;
  /** The response. */
  say(text: string): void;
  /** What is going on meanwhile; not part of the response. */
  note(text: string): void;
  /** Aborts when the operator interrupts: the command that asked for it then ends in order. */
  interruption(): AbortSignal;
}
