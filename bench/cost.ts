/** What AWS bills, as `docs/cost.md` has it: `npm run docs` writes that page of calls that a test counts on the real clients. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { section } from './page-section.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'cost.md');
const SHOWN = ['By rate and success', 'What is counted'];

export function countedCost(): readonly string[] {
  const page = readFileSync(PAGE, 'utf8');
  return [
    'from docs/cost.md, held to counted calls by test/functions/send/cost.test.ts',
    ...SHOWN.flatMap((title) => section(page, title)),
  ];
}
