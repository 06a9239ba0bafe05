import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SCRIPTS = join(import.meta.dirname, '..', '..', 'scripts');
const WEBHOOK = ['--tenant', 'acme', '--url', 'https://siem.example/'];

/** Refused before the command looks for a local system or for a stage: no test here has one. */
it.each([
  ['seed', ['--tenant', 'acme'], '--url is missing: see --help.'],
  [
    'seed',
    [...WEBHOOK, '--min-severity', 'urgent'],
    "--min-severity takes one of critical, high, medium, low, info, not 'urgent'.",
  ],
  [
    'seed',
    [...WEBHOOK, '--secret', 'short'],
    '--secret: A secret of your own has 16 to 256 printable ASCII characters without spaces.',
  ],
  ['seed', [...WEBHOOK, '--per-minute', '1.5'], "--per-minute takes a whole number from 1 up, not '1.5'."],
  ['redrive', ['--max', 'all'], "--max takes a whole number from 1 up, not 'all'."],
])('npm run %s -- %j is refused at once, in one line', (script, args, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(SCRIPTS, `${script}.ts`), ...args], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${words}\n` });
});
