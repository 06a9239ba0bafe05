/** What a person reads who adds a destination and forgets a part, tried in a project with one destination. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ALL_PARTS, findFaults, generateLists } from '../../../scripts/generated/destination-lists.ts';

const WHOLE: Readonly<Record<string, string>> = {
  'shared/destinations/fax/fax.ts': 'export const format: Format = {};\n',
  'shared/destinations/fax/fax.form.ts': 'export const form: DestinationForm = {};\n',
  'shared/destinations/fax/fax.vendor.ts': 'export const vendor = plainVendor({});\n',
  'shared/destinations/fax/README.md': '# Fax\n',
  'test/shared/destinations/fax/fax.test.ts': "import x;\n\nitComplies('fax');\n",
  'test/shared/destinations/fax/golden.json': '{"longest":{}}\n',
};

function aProject(files: Readonly<Record<string, string | undefined>> = {}): URL {
  const folder = mkdtempSync(join(tmpdir(), 'thalian-catalogue-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries({ ...WHOLE, ...files })) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    if (text !== undefined) {
      writeFileSync(join(folder, path), text);
    }
  }
  return pathToFileURL(`${folder}/`);
}

describe('a destination', () => {
  it('has no faults when it is whole', () => {
    expect(findFaults(aProject(), ['fax'], ALL_PARTS)).toEqual([]);
  });

  it.each(Object.keys(WHOLE))('lacks %s, which is named with its purpose', (path) => {
    expect(findFaults(aProject({ [path]: undefined }), ['fax'], ALL_PARTS)).toEqual([
      expect.stringMatching(new RegExp(`^${RegExp.escape(path)} is missing: it .+\\.$`)),
    ]);
  });

  it.each([
    ['fax.ts exports another name', 'shared/destinations/fax/fax.ts', 'export const faxFormat = {};\n'],
    ['its test calls no itComplies', 'test/shared/destinations/fax/fax.test.ts', "describe('fax', () => {});\n"],
    ['its test calls it for another', 'test/shared/destinations/fax/fax.test.ts', "\nitComplies('json');\n"],
    ['its test calls it in a comment', 'test/shared/destinations/fax/fax.test.ts', "\n// itComplies('fax');\n"],
  ])('has a fault if %s', (_what, path, text) => {
    expect(findFaults(aProject({ [path]: text }), ['fax'], ALL_PARTS)).toEqual([
      expect.stringContaining(`${path} lacks "`),
    ]);
  });

  it('has a fault if the catalogue does not name its folders', () => {
    expect(findFaults(aProject(), [], ALL_PARTS)).toEqual([
      expect.stringMatching(/^shared\/destinations\/fax\/ belongs to no destination/),
      expect.stringMatching(/^test\/shared\/destinations\/fax\/ belongs to no destination/),
    ]);
  });

  it('has a fault if the catalogue names it twice', () => {
    expect(findFaults(aProject(), ['fax', 'fax'], ALL_PARTS)).toEqual([expect.stringContaining("names 'fax' twice")]);
  });

  it('has a fault if its id does not fit a folder and a name in code', () => {
    for (const id of ['Fax', 'fax_2', '2fax', 'fax-', '']) {
      expect(findFaults(aProject(), [id], ALL_PARTS)[0]).toContain(`names '${id}': an id is`);
    }
  });
});

describe('the lists', () => {
  it('import every destination under a name of its own, sorted as Biome sorts, and keep the order of the catalogue', () => {
    const [formats] = generateLists(aProject(), ['logs-10', 'logs-9', 'fax-of-old', 'fax']);
    expect(formats).toMatchObject({ path: 'shared/destinations/formats.ts', current: undefined });
    expect(formats?.wanted).toContain(
      [
        "import { format as faxFormat } from './fax/fax.ts';",
        "import { format as faxOfOldFormat } from './fax-of-old/fax-of-old.ts';",
        "import type { Format } from './format.ts';",
        "import { format as logs9Format } from './logs-9/logs-9.ts';",
        "import { format as logs10Format } from './logs-10/logs-10.ts';",
        '',
        'export const FORMATS: readonly Format[] = [',
        '  logs10Format,',
        '  logs9Format,',
        '  faxOfOldFormat,',
        '  faxFormat,',
        '];',
      ].join('\n'),
    );
  });
});
