/** `npm run docs` writes the generated parts of the documentation; `npm run docs -- --check` only says whether they are current. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generateDocs } from './generated-docs.ts';

const PROJECT = new URL('../', import.meta.url);

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const stale = generateDocs(PROJECT).filter(({ current, wanted }) => current !== wanted);

for (const { path, wanted } of stale) {
  if (values.check) {
    console.error(`${path} is stale: run "npm run docs" and commit the result.`);
    process.exitCode = 1;
  } else {
    writeFileSync(new URL(path, PROJECT), wanted);
    console.log(`${path} written.`);
  }
}
if (stale.length === 0) {
  console.log('The generated docs are current.');
}
