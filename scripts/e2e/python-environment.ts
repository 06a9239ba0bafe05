/** A virtual environment with the emulator in it, at exactly the versions and hashes of the requirements. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

const NO_PYTHON =
  'npm run e2e needs Python 3.10 or newer as python3, with its venv module, for the AWS emulator; there is none on the PATH.';

/** `ensurepip` too: Debian has it in a package of its own, and `venv` fails without it. */
const IS_FIT = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';

export interface PythonEnvironmentOptions {
  /** Of the project. */
  readonly root: string;
  /** Relative to it. */
  readonly requirements: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Answers the environment's Python. One that was made from the same requirements is used again. */
export async function preparePython(options: PythonEnvironmentOptions): Promise<string> {
  const { root, requirements, signal, onLine } = options;
  if (!succeeds('python3', IS_FIT)) {
    throw new Error(NO_PYTHON);
  }
  const folder = join(root, options.folder);
  const python = join(folder, 'bin', 'python');
  const stampFile = join(folder, 'requirements.sha256');
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, requirements)))
    .digest('hex');
  // The interpreter behind it may have gone with an upgrade of the system.
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && succeeds(python, 'import ministack')) {
    onLine('unchanged');
    return python;
  }
  rmSync(folder, { recursive: true, force: true });
  const run = (file: string, ...args: readonly string[]) =>
    // The user's own environment: pip finds its index, its proxy and its certificates there.
    runCommand(
      { file, args, env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' }, folder: root },
      signal,
      onLine,
    );
  await run('python3', '-m', 'venv', folder);
  // Wheels only: installing then runs no code of a package.
  await run(python, '-m', 'pip', 'install', '--require-hashes', '--only-binary', ':all:', '-r', requirements);
  // Last, so that an environment half made is made again.
  writeFileSync(stampFile, stamp);
  return python;
}

function succeeds(python: string, code: string): boolean {
  return spawnSync(python, ['-c', code], { stdio: 'ignore' }).status === 0;
}
