/**
 * What follows from the catalogue of destinations alone: the text of the three lists that import each destination, and what
 * a destination still lacks. It imports no destination and no list, so it also works while a list is stale.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type GeneratedDoc, readIfThere } from './generated-doc.ts';

const SOURCES = 'shared/destinations/';
const TESTS = 'test/shared/destinations/';
const CATALOGUE = `${SOURCES}catalogue.ts`;

/** A file that every destination has. */
interface Part {
  /** Relative to the project's folder. */
  readonly path: (id: string) => string;
  /** Text that the file must contain. */
  readonly contains: (id: string) => string;
  readonly purpose: string;
}

const FORMAT: Part = {
  path: (id) => `${SOURCES}${id}/${id}.ts`,
  contains: () => 'export const format',
  purpose: 'renders a finding and judges the response',
};
const FORM: Part = {
  path: (id) => `${SOURCES}${id}/${id}.form.ts`,
  contains: () => 'export const form',
  purpose: 'says what a tenant fills in',
};
const VENDOR: Part = {
  path: (id) => `${SOURCES}${id}/${id}.vendor.ts`,
  contains: () => 'export const vendor',
  purpose: 'simulates the vendor for the tests and the demo',
};
const PAGE: Part = {
  path: (id) => `${SOURCES}${id}/README.md`,
  contains: () => '# ',
  purpose: 'is the page for the customer (`npm run docs` writes its headings)',
};
const TEST: Part = {
  path: (id) => `${TESTS}${id}/${id}.test.ts`,
  contains: (id) => `\nitComplies('${id}');\n`,
  purpose: 'holds the destination to the rules for all of them',
};
const GOLDEN: Part = {
  path: (id) => `${TESTS}${id}/golden.json`,
  contains: () => '"longest"',
  purpose: 'shows in review what customers receive (the test writes it when it is run with -u)',
};

/** Without them no list can be written. */
export const SOURCE_PARTS: readonly Part[] = [FORMAT, FORM, VENDOR];
export const ALL_PARTS: readonly Part[] = [...SOURCE_PARTS, PAGE, TEST, GOLDEN];

/** A sentence on each fault, for the person who adds a destination. `project` is the URL of the project's folder, with its slash. */
export function findFaults(project: URL, ids: readonly string[], parts: readonly Part[]): readonly string[] {
  return [
    ...ids.flatMap((id, index) => faultsOfId(id, ids.indexOf(id) !== index)),
    ...foldersOutside(project, ids),
    ...ids.flatMap((id) => parts.flatMap((part) => faultsOfPart(project, id, part))),
  ];
}

function faultsOfId(id: string, isRepeated: boolean): readonly string[] {
  const isKebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id);
  return [
    ...(isKebab ? [] : [`${CATALOGUE} names '${id}': an id is lower-case words and digits with hyphens between.`]),
    ...(isRepeated ? [`${CATALOGUE} names '${id}' twice.`] : []),
  ];
}

function foldersOutside(project: URL, ids: readonly string[]): readonly string[] {
  return [SOURCES, TESTS].flatMap((parent) =>
    readdirSync(new URL(parent, project), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !ids.includes(entry.name))
      .map(({ name }) => `${parent}${name}/ belongs to no destination: ${CATALOGUE} does not name '${name}'.`),
  );
}

function faultsOfPart(project: URL, id: string, { path, contains, purpose }: Part): readonly string[] {
  const file = new URL(path(id), project);
  if (!existsSync(file)) {
    return [`${path(id)} is missing: it ${purpose}.`];
  }
  return readFileSync(file, 'utf8').includes(contains(id))
    ? []
    : [`${path(id)} lacks "${contains(id).trim()}": it ${purpose}.`];
}

/** A list of what every destination exports under one name. */
interface List {
  /** Below the room's folder. */
  readonly file: string;
  readonly heading: string;
  readonly type: string;
  readonly typeFile: string;
  /** Of the destination's file, and of the list's own. */
  readonly suffix: string;
  /** What the destination's file exports. */
  readonly member: string;
  readonly constant: string;
  readonly find: string;
}

const LISTS: readonly List[] = [
  {
    file: 'formats.ts',
    heading: 'The format of every destination',
    type: 'Format',
    typeFile: './format.ts',
    suffix: '.ts',
    member: 'format',
    constant: 'FORMATS',
    find: 'findFormat',
  },
  {
    file: 'forms.form.ts',
    heading: 'The form of every destination',
    type: 'DestinationForm',
    typeFile: './form.ts',
    suffix: '.form.ts',
    member: 'form',
    constant: 'FORMS',
    find: 'findForm',
  },
  {
    file: 'vendors.vendor.ts',
    heading: 'The simulated vendor of every destination',
    type: 'Vendor',
    typeFile: './simulation.vendor.ts',
    suffix: '.vendor.ts',
    member: 'vendor',
    constant: 'VENDORS',
    find: 'findVendor',
  },
];

export function generateLists(project: URL, ids: readonly string[]): readonly GeneratedDoc[] {
  return LISTS.map((list) => {
    const path = `${SOURCES}${list.file}`;
    return { path, current: readIfThere(new URL(path, project)), wanted: textOf(list, ids) };
  });
}

function textOf({ heading, type, typeFile, suffix, member, constant, find }: List, ids: readonly string[]): string {
  const imports = [
    { from: typeFile, line: `import type { ${type} } from '${typeFile}';` },
    ...ids.map((id) => {
      const from = `./${id}/${id}${suffix}`;
      return { from, line: `import { ${member} as ${nameOf(id, member)} } from '${from}';` };
    }),
  ];
  return [
    `/** ${heading}, in the order of the catalogue. \`npm run docs\` writes this file from \`catalogue.ts\`. */`,
    '',
    ...imports.sort((one, other) => byPath(one.from, other.from)).map(({ line }) => line),
    '',
    `export const ${constant}: readonly ${type}[] = [`,
    ...ids.map((id) => `  ${nameOf(id, member)},`),
    '];',
    '',
    `export function ${find}(id: string): ${type} | undefined {`,
    `  return ${constant}.find((${member}) => ${member}.id === id);`,
    '}',
    '',
  ].join('\n');
}

/** `sentinel-logic-app` becomes `sentinelLogicAppForm`. */
function nameOf(id: string, member: string): string {
  return `${id}-${member}`.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
}

/** Folder by folder, numbers by their value: the order that Biome gives imports. */
function byPath(one: string, other: string): number {
  const [parts, others] = [one.split('/'), other.split('/')];
  const index = parts.findIndex((part, position) => part !== others[position]);
  return (parts[index] ?? '').localeCompare(others[index] ?? '', 'en', { numeric: true });
}
