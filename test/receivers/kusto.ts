/** What Microsoft's language service for Kusto says about queries, given the tables that they may read. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { KustoFinding, KustoQuestion } from './kusto-program.ts';

const PROGRAM = join(import.meta.dirname, 'kusto-program.ts');

export function analyseKusto(question: KustoQuestion): Readonly<Record<string, KustoFinding>> {
  const input = JSON.stringify(question);
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM], { input, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`The language service failed: ${stderr}`);
  }
  return JSON.parse(stdout);
}
