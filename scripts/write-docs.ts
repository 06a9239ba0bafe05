/** `npm run docs` writes the generated parts of `docs/`; `npm run docs -- --check` only says whether they are current. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generateDocs } from './generated-docs.ts';

const DOCS = new URL('../docs/', import.meta.url);

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const stale = generateDocs(DOCS).filter(({ current, wanted }) => current !== wanted);

for (const { path, wanted } of stale) {
  if (values.check) {
    console.error(`docs/${path} is stale: run "npm run docs" and commit the result.`);
    process.exitCode = 1;
  } else {
    writeFileSync(new URL(path, DOCS), wanted);
    console.log(`docs/${path} written.`);
  }
}
if (stale.length === 0) {
  console.log('The generated docs are current.');
}
