import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { descendantsOf, isRunning, KNOWS_PROCESSES } from './process-tree.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** One process each; of `send` another for the retries. */
const FUNCTIONS = ['api', 'dispatch', 'reconcile', 'send', 'send'];
/** Of `npm start` and `npm run dev`, which send notices by e-mail. */
const WITH_MAIL = [...FUNCTIONS, 'mail'].sort();

/** Three seconds on an idle machine; on a busy one six processes wait for their turn. */
const UP = { timeout: 90_000, interval: 100 };
const GONE = { timeout: 30_000, interval: 50 };

describe.runIf(KNOWS_PROCESSES)('the processes of a local system', () => {
  let folder: string;
  let npm: ChildProcess;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-ends-'));
  });
  afterEach(() => {
    npm.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Returns the ids of all its processes once every function has one. */
  async function startByNpm(expected: readonly string[], ...words: readonly string[]) {
    npm = spawn('npm', words, { cwd: ROOT, stdio: 'ignore' });
    const functions = () =>
      descendantsOf(npm.pid ?? 0).flatMap(({ command }) => / \S*function-process\.ts (\S+)/.exec(command)?.[1] ?? []);
    await expect.poll(() => functions().sort(), UP).toEqual(expected);
    const [system] = descendantsOf(npm.pid ?? 0).filter(({ command }) => /^node .*local\/\w+\.ts/.test(command));
    const all = [npm.pid ?? 0, ...descendantsOf(npm.pid ?? 0).map(({ pid }) => pid)];
    return { systemPid: system?.pid ?? 0, all };
  }

  const stackFile = () => join(folder, 'stack.json');
  const start = async (script = 'start') => {
    const started = await startByNpm(WITH_MAIL, 'run', script, '--', '--folder', folder);
    await expect.poll(() => existsSync(stackFile()), UP).toBe(true);
    return started;
  };
  const left = (pids: readonly number[]) => pids.filter(isRunning);

  it.each(['SIGTERM', 'SIGKILL'] as const)('end when npm gets %s', async (signal) => {
    const { all } = await start();
    process.kill(all[0] ?? 0, signal);
    await expect.poll(() => left(all), GONE).toEqual([]);
    expect(existsSync(stackFile())).toBe(false);
  });

  it('end when the process that npm has started is killed', async () => {
    const { all, systemPid } = await start();
    process.kill(systemPid, 'SIGKILL');
    await expect.poll(() => left(all), GONE).toEqual([]);
  });

  it('end when npm run dev gets SIGHUP, which npm does not pass on', async () => {
    const { all } = await start('dev');
    process.kill(all[0] ?? 0, 'SIGHUP');
    await expect.poll(() => left(all), GONE).toEqual([]);
  });

  it('end when npm run demo gets SIGTERM', async () => {
    const { all } = await startByNpm(FUNCTIONS, 'run', 'demo');
    process.kill(all[0] ?? 0, 'SIGTERM');
    await expect.poll(() => left(all), GONE).toEqual([]);
  });

  it('end with words, and with exit code 1, when a function is killed each time it is started', async () => {
    const { systemPid, all } = await start();
    const send = () =>
      descendantsOf(systemPid).find(
        ({ command, pid }) => command.includes('function-process.ts send') && isRunning(pid),
      )?.pid;
    const ended = once(npm, 'close');
    const killing = setInterval(() => {
      const pid = send();
      if (pid !== undefined) {
        process.kill(pid, 'SIGKILL');
      }
    }, 20);
    const [exitCode] = await ended;
    clearInterval(killing);
    expect(exitCode).toBe(1);
    await expect.poll(() => left(all), GONE).toEqual([]);
    expect(existsSync(stackFile())).toBe(false);
  });
});
