import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isInstalled } from '../docs/snippet-runners.ts';

const SNIPPETS = join(import.meta.dirname, '..', '..', 'docs', 'snippets');

it.each(['mjs', 'py', 'go', 'java', 'cs', 'php', 'rb', 'sh'])('verifies both headers in .%s', async (extension) => {
  const files = readdirSync(SNIPPETS).filter((file) => file.endsWith(`.${extension}`));
  const texts = await Promise.all(files.map((file) => readFile(join(SNIPPETS, file), 'utf8')));
  const code = texts.join('\n').toLowerCase().replaceAll('-', '_');
  expect(code).toContain('x_thalian_signature');
  expect(code).toContain('webhook_signature');
  // In a command the secret would stay in the history of the shell.
  expect(texts.join('\n')).not.toMatch(/WEBHOOK_SECRET=['"]?whsec_/);
});

it.skipIf(!isInstalled('bash', '--version'))('asks for the secret, which no history keeps', async () => {
  const { commandLines } = await import('../../console/signing/command-lines.ts');
  const folder = await mkdtemp(join(tmpdir(), 'thalian-history-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const secret = 'whsec_c2VjcmV0';
  const typed = `${commandLines('printenv WEBHOOK_SECRET').split('\n')[0]}\n${secret}\nprintenv WEBHOOK_SECRET\nexit\n`;
  const HISTFILE = join(folder, 'history');
  const said = execFileSync('bash', ['--norc', '-o', 'history', '-i'], {
    input: typed,
    env: { PATH: process.env['PATH'], HISTFILE, HISTSIZE: '100', HISTFILESIZE: '100', HOME: folder },
    stdio: ['pipe', 'pipe', 'ignore'],
  }).toString();
  expect(said).toContain(secret);
  const history = await readFile(HISTFILE, 'utf8');
  expect(history).toContain('printenv WEBHOOK_SECRET');
  expect(history).not.toContain(secret);
});
