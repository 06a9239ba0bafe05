import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SCRIPTS = join(import.meta.dirname, '..', '..', 'scripts');
const WEBHOOK = ['--tenant', 'acme', '--url', 'https://siem.example/'];

const WITHOUT_REGION = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
};

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
  ['seed', [...WEBHOOK, '--pull', 'all'], "--pull takes one of beside, manifests, only, not 'all'."],
  ['seed', [...WEBHOOK, '--per-minute', '1.5'], "--per-minute takes a whole number from 1 up, not '1.5'."],
  ['seed', [...WEBHOOK, '--affected-type', 'moon'], "--affected-type takes one of identity, asset, not 'moon'."],
  [
    'seed',
    [...WEBHOOK, '--notices-to', 'w h'],
    "--notices-to takes a webhook's id: 1 to 64 letters, digits, underscores or hyphens, not 'w h'.",
  ],
  [
    'seed',
    [...WEBHOOK, '--template', 'no-such-file'],
    "--template: ENOENT: no such file or directory, open 'no-such-file'",
  ],
  ['write-docs', ['--chekc'], "Unknown option '--chekc'. There are --check, --help."],
  [
    'e2e',
    ['nonsense'],
    "✗ Unexpected argument 'nonsense'. There are --profile, --stage, --upgrade-from, --two-stages, --lost-region, --help.",
  ],
  [
    '../bench/bench',
    ['--nonsense'],
    "Unknown option '--nonsense'. There are --beside, --against, --json, --page, --rounds, --help.",
  ],
  ['../test/proof/try-breaks', ['nonsense'], "Unexpected argument 'nonsense'. There are --only, --help."],
  ['check-systems', ['--nonsense'], "Unknown option '--nonsense'. There are --help."],
  ['lint-templates', ['--nonsense'], "Unknown option '--nonsense'. There are --help."],
  ['../test/proof/proof', ['nonsense'], "Unexpected argument 'nonsense'. There are --help."],
  [
    'doctor',
    ['--stage', 'production'],
    'No region is chosen: set AWS_REGION, or AWS_PROFILE to a profile that has a region.',
  ],
  ['redrive', ['--max', 'all'], "--max takes a whole number from 1 up, not 'all'."],
])('npm run %s -- %j is refused at once, in one line', (script, args, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(SCRIPTS, `${script}.ts`), ...args], {
    encoding: 'utf8',
    env: WITHOUT_REGION,
    // One that is not refused may begin half an hour's work.
    timeout: 20_000,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${words}\n` });
});
