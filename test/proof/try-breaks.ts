/**
 * `npm run breaks`: makes each mistake of `test/breaks/breaks.ts` in a copy of the project and shows which test notices. One
 * that no test notices fails the run. Takes some ten seconds for each, and minutes for the end-to-end runs.
 */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { orEnd, readOptions } from '../../local/command-line.ts';
import { runCommand } from '../../scripts/e2e/run-command.ts';
import { BREAKS, type Break, END_TO_END } from '../breaks/breaks.ts';
import { type AlteredCopy, withAlteredCopy } from './altered-copy.ts';

export interface TriedBreak {
  readonly name: string;
  readonly caughtBy: Break['caughtBy'];
  /** The first test that failed; undefined if none did. */
  readonly red: string | undefined;
  readonly seconds: number;
}

const PROJECT = join(import.meta.dirname, '..', '..');

/** For an emulator and a command of the CDK to end, one after the other. */
const END_TO_END_GRACE_MILLIS = 15_000;

function tryBreaks(breaks: readonly Break[], onProgress: (tried: TriedBreak) => void): Promise<readonly TriedBreak[]> {
  return withAlteredCopy(async (copy) => {
    // The emulator's Python, which need not be made again.
    mkdirSync(join(PROJECT, '.venv'), { recursive: true });
    symlinkSync(join(PROJECT, '.venv'), join(copy.folder, '.venv'));
    // That the end-to-end run is green without a break, it shows itself in CI.
    await copy.demandGreen(breaks.map(({ caughtBy }) => caughtBy).filter((test) => test !== END_TO_END));
    const all: TriedBreak[] = [];
    for (const { name, alterations, caughtBy } of breaks) {
      const startedAt = Date.now();
      const red =
        caughtBy === END_TO_END
          ? await copy.whileAltered(alterations, () => firstRedEndToEnd(copy))
          : await copy.firstRedBy(alterations, caughtBy);
      const tried = { name, caughtBy, red, seconds: Math.round((Date.now() - startedAt) / 1000) };
      onProgress(tried);
      all.push(tried);
    }
    return all;
  });
}

/** Its tests are marked with a cross where they fail; a phase that fails before them is not what is looked for. */
async function firstRedEndToEnd({ folder, signal }: AlteredCopy): Promise<string | undefined> {
  const lines: string[] = [];
  const args = [join('scripts', 'e2e.ts')];
  const command = { file: process.execPath, args, env: process.env, folder, graceMillis: END_TO_END_GRACE_MILLIS };
  const broken = await runCommand(command, signal, (line) => lines.push(line)).then(
    () => undefined,
    (error: unknown) => error,
  );
  signal.throwIfAborted();
  const red = lines.find((line) => line.trimStart().startsWith('×'));
  if (broken !== undefined && red === undefined) {
    throw new Error(`No end-to-end test failed, and yet the run did:\n${lines.slice(-30).join('\n')}`);
  }
  return red
    ?.split(' > ')
    .slice(1)
    .join(' ')
    .replace(/ \d+ms$/, '');
}

const USAGE = `npm run breaks -- [--only TEXT]

  --only TEXT  those that have it in their name, or in that of the test that must notice: --only test/infra leaves out what
               takes an end-to-end run. Default: all`;

async function main(only: string): Promise<void> {
  const breaks = BREAKS.filter(({ name, caughtBy }) => [name, caughtBy].some((text) => text.includes(only)));
  if (breaks.length === 0) {
    throw new Error(`No break has "${only}" in its name.`);
  }
  const tried = await tryBreaks(breaks, ({ name, caughtBy, red, seconds }) =>
    console.log(
      `${red === undefined ? 'NOT CAUGHT' : 'caught'}  ${name} (${seconds} s)\n        ${caughtBy}: ${red ?? '-'}`,
    ),
  );
  const missed = tried.filter(({ red }) => red === undefined);
  console.log(`${tried.length - missed.length} of ${tried.length} breaks are caught.`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

const values = orEnd(() =>
  readOptions({ only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } }),
);
if (values.help) {
  console.log(USAGE);
} else {
  await main(values.only);
}
