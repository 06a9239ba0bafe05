/** The processes that a process has started, and those started by them, as Linux knows them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const KNOWS_PROCESSES = existsSync('/proc/self/stat');

interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly state: string;
  readonly command: string;
}

/** All of them, in no order; without `pid` itself. */
export function descendantsOf(pid: number): readonly ProcessEntry[] {
  const all = readProcesses();
  const found = all.filter(({ parentPid }) => parentPid === pid);
  for (const parent of found) {
    found.push(...all.filter(({ parentPid }) => parentPid === parent.pid));
  }
  return found;
}

/** False for one that has ended and that its parent has not looked after yet. */
export function isRunning(pid: number): boolean {
  const found = readProcess(String(pid));
  return found !== undefined && found.state !== 'Z';
}

function readProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readProcess)
    .filter((found) => found !== undefined);
}

/** Undefined if it has ended meanwhile. */
function readProcess(name: string): ProcessEntry | undefined {
  try {
    // The second field is the program in parentheses, and may itself have some.
    const [state = '', parentPid] = readFileSync(`/proc/${name}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid: Number(name), parentPid: Number(parentPid), state, command };
  } catch {
    return undefined;
  }
}
