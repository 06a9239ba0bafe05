/**
 * `npm run docs` writes everything that is generated; `npm run docs -- --check` only says whether it is current. The lists of
 * destinations come first, because the pages are made from what those lists import.
 */
import { writeFileSync } from 'node:fs';
import { orEnd, readOptions } from '../local/command-line.ts';
import { DESTINATION_IDS } from '../shared/destinations/catalogue.ts';
import { ALL_PARTS, findFaults, generateLists, SOURCE_PARTS } from './generated/destination-lists.ts';
import type { GeneratedDoc } from './generated/generated-doc.ts';

const PROJECT = new URL('../', import.meta.url);

const values = orEnd(() =>
  readOptions({ check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } }),
);
if (values.help) {
  console.log('npm run docs -- [--check]\n\n  --check  write nothing, only say whether all of it is current');
} else {
  await writeDocs(values.check);
}

async function writeDocs(isCheck: boolean): Promise<void> {
  const faults = findFaults(PROJECT, DESTINATION_IDS, SOURCE_PARTS);
  if (faults.length > 0) {
    complain([...faults, 'CONTRIBUTING.md says under "A new destination" what each file is.']);
    return;
  }
  const staleLists = settle(generateLists(PROJECT, DESTINATION_IDS), isCheck);
  if (isCheck && staleLists > 0) {
    return;
  }
  const { generateDocs } = await import('./generated/generated-docs.ts');
  const { generateFairness } = await import('./generated/fairness-page.ts');
  const { generatePacks } = await import('./generated/pack-pages.ts');
  const staleDocs = settle([...generateDocs(PROJECT), generateFairness(PROJECT), ...generatePacks(PROJECT)], isCheck);
  if (staleLists + staleDocs === 0) {
    console.log('The generated files are current.');
  }
  for (const fault of findFaults(PROJECT, DESTINATION_IDS, ALL_PARTS)) {
    console.log(`Next: ${fault}`);
  }
}

/** Writes what is stale, or reports it; returns how many files were stale. */
function settle(docs: readonly GeneratedDoc[], isCheck: boolean): number {
  const stale = docs.filter(({ current, wanted }) => current !== wanted);
  for (const { path, wanted } of stale) {
    if (isCheck) {
      complain([`${path} is stale: run "npm run docs" and commit the result.`]);
    } else {
      writeFileSync(new URL(path, PROJECT), wanted);
      console.log(`${path} written.`);
    }
  }
  return stale.length;
}

function complain(lines: readonly string[]): void {
  console.error(lines.join('\n'));
  process.exitCode = 1;
}
