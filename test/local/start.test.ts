import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStackFile } from '../../local/stack-file.ts';

const START = join(import.meta.dirname, '..', '..', 'local', 'start.ts');

describe('npm start', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-start-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true });
  });

  function start() {
    const child = spawn(process.execPath, [START, '--folder', folder]);
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    }
    return { child, output: () => output };
  }

  it('delivers a sample finding within seconds, and tells others where everything is', async () => {
    const { output } = start();
    await expect.poll(output, { timeout: 15_000 }).toMatch(/signature verified → answered 200/);
    const stack = await readStackFile(join(folder, 'stack.json'));
    expect(Object.keys(stack?.queues ?? {})).toEqual([
      'findings',
      'findings-dlq',
      'delivery',
      'retry',
      'poison',
      'exhausted-deliveries',
    ]);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const options = { ca: stack?.receiverCert ?? '' };
      request(`${stack?.receiverUrl}/requests`, options, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(answer).toBe(200);
  });

  it('ends within two seconds of Ctrl-C and leaves nothing behind', async () => {
    const { child, output } = start();
    await expect.poll(output, { timeout: 15_000 }).toContain('Publishing');
    const stackFile = join(folder, 'stack.json');
    expect(existsSync(stackFile)).toBe(true);
    const interruptedAt = Date.now();
    child.kill('SIGINT');
    // `close`: the functions' processes, which have the same terminal, are gone as well.
    const [exitCode] = await once(child, 'close');
    expect(Date.now() - interruptedAt).toBeLessThan(2_000);
    expect(exitCode).toBe(130);
    expect(existsSync(stackFile)).toBe(false);
  });

  it('says so if one is running already', async () => {
    const first = start();
    await expect.poll(first.output, { timeout: 15_000 }).toContain('Publishing');
    const second = start();
    const [exitCode] = await once(second.child, 'close');
    expect(exitCode).toBe(1);
    expect(second.output()).toContain('A local system is running already');
  });
});
