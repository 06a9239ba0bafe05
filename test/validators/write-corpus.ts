/**
 * Writes, for each destination, the requests for findings with every text at its bound and of hostile text, one to a line: what
 * validators that are no dependency of the project are asked about. `README.md` says how.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { findFormat } from '../../shared/destinations/formats.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';
import { fitFinding } from '../../shared/finding/finding-size.ts';
import { anyFinding } from '../builders/any-finding.ts';
import { aFilledInput, aScantInput } from '../builders/filled-in.ts';
import { aFinding, aPlainFinding } from '../builders/finding.ts';
import { aLongestFinding, anyLongestFinding, theLongestFinding } from '../builders/hostile-finding.ts';

/** What a text may consist of alone: markup, mentions, escapes, what has several code points or turns what is read. */
const SIGNS = [
  ...['x', ' ', '&', '<', '>', '"', '\\', '*', '|', '~', '`', '_', '#', '\n', '\t', '\u0001', '\u007f', '\u0085'],
  ...['ü', '密', '🔑', 'e\u0301', '👩‍👩‍👧', '\u202e', '\u2028', '\ufffe'],
  ...['@everyone', '<!channel>', '</at>', '[a](https://e.example)', '{panel}'],
];

const SEED = 14;
const ANY = 300;
const LONGEST = 80;

const findings = [
  ...[aFinding(), aPlainFinding(), fitFinding(theLongestFinding()).finding],
  ...SIGNS.map((sign) => aLongestFinding(sign, [sign])),
  ...SIGNS.map((sign, index) => aLongestFinding(sign, [SIGNS[(index + 7) % SIGNS.length] ?? sign, sign])),
  ...fc.sample(anyFinding, { numRuns: ANY, seed: SEED }),
  ...fc.sample(anyLongestFinding, { numRuns: LONGEST, seed: SEED }),
];

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('Name the folder to write to.');
}
mkdirSync(folder, { recursive: true });
for (const form of FORMS) {
  const requests = findings.flatMap((finding) =>
    [aFilledInput, aScantInput].map((make) => JSON.stringify(findFormat(form.id)?.render(make(form, { finding })))),
  );
  writeFileSync(join(folder, `${form.id}.ndjson`), requests.join('\n'));
}
