/** A virtual environment with a tool in it, at exactly the versions and hashes of its requirements. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** `ensurepip` too: Debian has it in a package of its own, and `venv` fails without it. */
const IS_FIT = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';

export interface PythonEnvironmentOptions {
  /** Who needs it and what for, in words for a user without Python. */
  readonly command: string;
  readonly purpose: string;
  /** What can be imported once it is there. */
  readonly module: string;
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
  const { command, purpose, module, root, requirements, signal, onLine } = options;
  if (!succeeds('python3', IS_FIT)) {
    throw new Error(
      `${command} needs Python 3.10 or newer as python3, with its venv module, for ${purpose}; there is none on the PATH.`,
    );
  }
  const folder = join(root, options.folder);
  const python = join(folder, 'bin', 'python');
  const stampFile = join(folder, 'requirements.sha256');
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, requirements)))
    .digest('hex');
  // The interpreter behind it may have gone with an upgrade of the system.
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && succeeds(python, `import ${module}`)) {
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
  // Wheels only: installing then runs no code of a package. What is imported is compiled then; most is not.
  const asLocked = ['--require-hashes', '--only-binary', ':all:', '--no-compile'];
  await run(python, '-m', 'pip', 'install', ...asLocked, '-r', requirements);
  // Last, so that an environment half made is made again.
  writeFileSync(stampFile, stamp);
  return python;
}

function succeeds(python: string, code: string): boolean {
  return spawnSync(python, ['-c', code], { stdio: 'ignore' }).status === 0;
}
