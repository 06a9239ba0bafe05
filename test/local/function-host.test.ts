import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dispatchEnvironment } from '../../local/functions/environments.ts';
import { type HostedFunction, hostFunction } from '../../local/functions/function-host.ts';
import { useEngines } from '../fakes/local-engines.ts';

/** A start takes half a second on an idle machine. */
const SOON = { timeout: 30_000, interval: 5 };

const NO_FINDINGS = { Records: [] };
const NO_FAILURES = { batchItemFailures: [] };

describe('a function in a process of its own', () => {
  const engines = useEngines();
  let logsFolder: string;
  const hosts: HostedFunction[] = [];

  beforeEach(() => {
    logsFolder = mkdtempSync(join(tmpdir(), 'thalian-host-'));
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((hosted) => hosted.stop()));
    rmSync(logsFolder, { recursive: true });
  });

  async function hostDispatch(environment: Readonly<Record<string, string>> = dispatchEnvironment(engines())) {
    const hosted = await hostFunction({
      folder: 'dispatch',
      environment,
      endpointUrl: engines().endpointUrl,
      logsFolder,
      onLine: () => {},
    });
    hosts.push(hosted);
    return hosted;
  }

  const readLog = () => readFileSync(join(logsFolder, 'dispatch.log'), 'utf8');

  /** Kills the process that runs now or comes next, and returns its id once the host knows that it is gone. */
  async function killProcess(hosted: HostedFunction): Promise<number> {
    await expect.poll(() => hosted.pid(), SOON).toBeDefined();
    const pid = hosted.pid() ?? 0;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => hosted.pid(), SOON).not.toBe(pid);
    return pid;
  }

  function isRunning(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  it('is started again when it is killed between two invocations', async () => {
    const hosted = await hostDispatch();
    await expect(hosted.invoke(NO_FINDINGS)).resolves.toEqual(NO_FAILURES);
    await killProcess(hosted);
    await expect(hosted.invoke(NO_FINDINGS)).resolves.toEqual(NO_FAILURES);
    expect(readLog()).toMatch(/^dispatch ended by SIGKILL after \d+ ms and is started again in 0 ms$/m);
  });

  it('is started again when it is killed a second and a third time, while it is starting', async () => {
    const hosted = await hostDispatch();
    await killProcess(hosted);
    const invoked = hosted.invoke(NO_FINDINGS);
    await killProcess(hosted);
    await killProcess(hosted);
    await expect(invoked).resolves.toEqual(NO_FAILURES);
    expect(readLog()).toContain('dispatch ended by SIGKILL while it was starting and is started again in 400 ms');
  });

  it('is given up, in words, when it is killed each time it is started', async () => {
    const hosted = await hostDispatch();
    await killProcess(hosted);
    const waiting = expect(hosted.invoke(NO_FINDINGS)).rejects.toThrow('stays down');
    for (let starts = 1; starts <= 5; starts += 1) {
      await killProcess(hosted);
    }
    await waiting;
    const { message } = await hosted.failure;
    expect(message).toBe(
      `The function dispatch stays down: 5 of its processes in a row ended before they got to work, the last one by SIGKILL while it was starting. Its log is ${join(logsFolder, 'dispatch.log')}.
Mend functions/dispatch/ or what ends its processes, then start the system again.`,
    );
    await expect.poll(readLog, SOON).toContain(message);
    expect(await hosted.whenUp()).toBe(false);
    expect(hosted.pid()).toBeUndefined();
  });

  it('is not started at all when its first process ends by itself, and says why', async () => {
    const { CONFIG_TABLE_NAME: _, ...incomplete } = dispatchEnvironment(engines());
    await expect(hostDispatch(incomplete)).rejects.toThrow(
      /^The function dispatch did not start\. Its log is .+dispatch\.log, and ends:\n[\s\S]*CONFIG_TABLE_NAME/,
    );
  });

  it('can be stopped while it is down, and then leaves no process behind', async () => {
    const hosted = await hostDispatch();
    await killProcess(hosted);
    const waiting = expect(hosted.invoke(NO_FINDINGS)).rejects.toThrow('was stopped');
    await expect.poll(() => hosted.pid(), SOON).toBeDefined();
    const starting = hosted.pid() ?? 0;
    await Promise.all([hosted.stop(), waiting]);
    expect(hosted.pid()).toBeUndefined();
    expect(isRunning(starting)).toBe(false);
  });

  it('says that its log cannot be made', async () => {
    const file = join(logsFolder, 'dispatch.log');
    mkdirSync(file);
    await expect(hostDispatch()).rejects.toThrow(
      `The log ${file} cannot be written (EISDIR). Make room for it, or name another folder.`,
    );
  });

  it.runIf(existsSync('/dev/full'))('says that its log cannot be written any more', async () => {
    symlinkSync('/dev/full', join(logsFolder, 'dispatch.log'));
    const hosted = await hostDispatch();
    hosted.note('a line');
    expect((await hosted.failure).message).toContain('dispatch.log cannot be written (ENOSPC).');
  });
});
