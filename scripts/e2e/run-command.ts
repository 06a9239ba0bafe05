/**
 * Runs a command of the end-to-end run to its end, or starts one that stays. Each has a process group of its own: Ctrl-C
 * in the terminal reaches only the run, which then ends whole groups, and so also what a command had started.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Working directory. */
  readonly folder: string;
  /** How long it may take to end in good order before it is killed. */
  readonly graceMillis?: number;
}

/** Long enough for an emulator to close its server, short enough for a user who pressed Ctrl-C. */
const USUAL_GRACE_MILLIS = 3_000;

/** Whose groups may have members. They are ended even if the run itself breaks off. */
const launched = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of launched) {
    signalGroup(child, 'SIGKILL');
  }
});

/** What a failure repeats of a command's output. */
const LINES_OF_A_FAILURE = 30;

/** Resolves with everything it printed; rejects if `signal` aborts or it fails, then with the end of its unread output. */
export async function runCommand(
  command: Command,
  signal: AbortSignal,
  onLine?: (line: string) => void,
): Promise<string> {
  signal.throwIfAborted();
  const child = launch(command);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      onLine?.(line);
    });
  }
  const end = () => void endGroup(child, command.graceMillis);
  signal.addEventListener('abort', end, { once: true });
  try {
    const exitCode = await endOf(child, 'close');
    signal.throwIfAborted();
    if (exitCode !== 0) {
      const unseen = onLine === undefined ? lines.slice(-LINES_OF_A_FAILURE).map((line) => `\n    ${line}`) : [];
      throw new Error(`${nameOf(command)} ended with ${exitCode}.${unseen.join('')}`);
    }
    return lines.join('\n');
  } finally {
    signal.removeEventListener('abort', end);
    // Whatever it left behind in its group.
    await endGroup(child);
  }
}

export interface Service {
  /** Of its leader; undefined if it could not be started. */
  readonly processGroup: number | undefined;
  /** Rejects when it ends. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** Everything it prints goes to `logFile`. */
export function startService(command: Command, logFile: string): Service {
  const child = launch(command);
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = endOf(child, 'exit').then((exitCode) => {
    throw new Error(`${nameOf(command)} ended with ${exitCode}; see its log.`);
  });
  // Whether a caller is listening or not: it must not end the run as an unhandled rejection.
  ended.catch(() => {});
  return {
    processGroup: child.pid,
    ended,
    async stop() {
      await endGroup(child);
      log.end();
    },
  };
}

function nameOf({ file, args }: Command): string {
  return [basename(file), ...args.slice(0, 2)].join(' ');
}

function launch({ file, args, env, folder }: Command) {
  const child = spawn(file, args, { env, cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  launched.add(child);
  return child;
}

/** `close` is later than `exit`: nothing in its group holds its output any more. */
function endOf(child: ChildProcess, event: 'exit' | 'close'): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once(event, (exitCode, signal) => resolve(exitCode ?? signal ?? 1));
  });
}

async function endGroup(child: ChildProcess, graceMillis = USUAL_GRACE_MILLIS): Promise<void> {
  if (child.pid === undefined) {
    return;
  }
  const hasExited = child.exitCode !== null || child.signalCode !== null;
  const exited = hasExited ? undefined : new Promise((resolve) => child.once('exit', resolve));
  if (exited !== undefined) {
    signalGroup(child, 'SIGTERM');
    await Promise.race([exited, wait(graceMillis, undefined, { ref: false })]);
  }
  // Also when the leader went in good order: its group may have outlived it.
  signalGroup(child, 'SIGKILL');
  launched.delete(child);
  await exited;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) {
      process.kill(-pid, signal);
    }
  } catch (error) {
    // No process left in the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
