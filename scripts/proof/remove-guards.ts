/**
 * Removes each guard in turn from a copy of the project and shows which test goes red. A guard whose removal turns
 * nothing red fails the run: it needs a test.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { GUARDS, type Guard } from '../../test/guards/guards.ts';

export interface RemovedGuard {
  readonly name: string;
  /** The first test that went red; undefined if none did. */
  readonly red: string | undefined;
}

const PROJECT = join(import.meta.dirname, '..', '..');
const COPIED = ['functions', 'shared', 'local', 'scripts', 'test', 'docs', 'examples', 'infra'];
const COPIED_FILES = ['package.json', 'tsconfig.json', 'vitest.config.ts', 'cdk.json'];

const reportSchema = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) })),
});

export function removeGuards(onProgress: (removed: RemovedGuard) => void): readonly RemovedGuard[] {
  const copy = mkdtempSync(join(tmpdir(), 'guards-'));
  try {
    for (const name of [...COPIED, ...COPIED_FILES]) {
      cpSync(join(PROJECT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
    return GUARDS.map((guard) => {
      const removed = { name: guard.name, red: removeOne(copy, guard) };
      onProgress(removed);
      return removed;
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function removeOne(copy: string, { name, file, guard, without, test }: Guard): string | undefined {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(guard).length !== 2) {
    throw new Error(`The guard "${name}" is not in ${file} exactly once: bring test/guards/guards.ts up to date.`);
  }
  writeFileSync(
    path,
    source.replace(guard, () => without),
  );
  try {
    return firstRed(copy, test);
  } finally {
    writeFileSync(path, source);
  }
}

function firstRed(copy: string, test: string): string | undefined {
  const report = join(copy, 'report.json');
  const vitest = join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'unit', '--reporter', 'json', '--outputFile', report, test];
  const { status } = spawnSync(process.execPath, args, { cwd: copy, stdio: 'ignore' });
  if (status === 0) {
    return undefined;
  }
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults.filter((t) => t.status === 'failed'));
  return failed[0]?.fullName;
}

if (import.meta.main) {
  const removed = removeGuards(({ name, red }) =>
    console.log(`${red === undefined ? 'NOTHING RED' : 'red'}  ${name}\n     ${red ?? ''}`),
  );
  const unguarded = removed.filter(({ red }) => red === undefined);
  console.log(
    `${removed.length - unguarded.length} of ${removed.length} guards turn a test red when they are removed.`,
  );
  process.exitCode = unguarded.length === 0 ? 0 : 1;
}
