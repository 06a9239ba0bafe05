import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thalian-ending-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('a measurement ends in good order when the same Ctrl-C arrives twice, from the terminal and from npm', async () => {
  const goOn = join(folder, 'go-on');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ending-process.ts'), goOn], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line !== 'ended') {
      child.kill('SIGINT');
    }
    if (line === 'ending') {
      writeFileSync(goOn, '');
    }
  }
  expect(said).toEqual(['started', 'ending', 'ended']);
  expect(await ended).toEqual([130, null]);
});
