/**
 * Runs test files of a folder in a vitest of their own and lists the tests that failed. A run that broke off, or in which a
 * file ran no test, says nothing about them: it is an error and never "none failed".
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { runCommand } from '../../scripts/e2e/run-command.ts';

export interface TestFiles {
  /** A project of the code, with `node_modules`; nothing else is read or written. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** Added to the environment of the tests, which are thorough. */
  readonly variables?: Readonly<Record<string, string>>;
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** The full names of the tests that failed, in their order. */
export async function listFailed({ folder, files, variables = {} }: TestFiles, signal: AbortSignal): Promise<string[]> {
  if (files.length === 0) {
    // Not asked for any, vitest would run all.
    return [];
  }
  const report = join(folder, 'report.json');
  // A run that breaks off must not show the one before it.
  rmSync(report, { force: true });
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--reporter', 'json', '--outputFile', report, ...files];
  const broken = await runCommand(
    { file: process.execPath, args, env: { ...process.env, THOROUGH: '1', ...variables }, folder },
    signal,
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  signal.throwIfAborted();
  if (!existsSync(report)) {
    throw new Error(`No test of ${files.join(', ')} ran.`, { cause: broken });
  }
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  for (const file of files) {
    const result = testResults.find(({ name }) => relative(folder, name) === file);
    if (!result?.assertionResults.some(({ status }) => status === 'passed' || status === 'failed')) {
      throw new Error(`No test of ${file} ran. ${result?.message ?? ''}`, { cause: broken });
    }
  }
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults.filter((t) => t.status === 'failed'));
  if (broken !== undefined && failed.length === 0) {
    throw new Error(`No test failed, and yet vitest did.`, { cause: broken });
  }
  return failed.map(({ fullName }) => fullName);
}
