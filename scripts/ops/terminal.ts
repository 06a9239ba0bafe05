/** Runs a command for the operator at this terminal. */
import { findStageResources } from '../stage-resources.ts';
import type { OpsCommand } from './command.ts';

/** A refusal is one line, and exit code 1. */
export async function runFromTerminal(command: OpsCommand, args: readonly string[]): Promise<void> {
  try {
    await command(args, { findResources: findStageResources, say: console.log, note: console.error, interruption });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

function interruption(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort();
    process.exitCode = 130;
  });
  return interrupted.signal;
}
