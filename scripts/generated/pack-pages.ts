/**
 * The receiver packs in `receivers/`: which there are, what each says of itself, and the generated parts that follow from it.
 * The row in a pack's own page is the one truth about it; the overview copies it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { COLLECTION } from '../../receivers/sentinel/collection.ts';
import { DETECTION } from '../../receivers/sentinel/detection.ts';
import { format as torqFormat } from '../../shared/destinations/torq/torq.ts';
import { FIRST_DETECTION } from '../../shared/finding/lifecycle.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { exampleDeliveryId } from './example-request.ts';
import { fillSlots } from './fill-slots.ts';
import { type GeneratedDoc, readIfThere } from './generated-doc.ts';

const FOLDER = 'receivers/';
const OVERVIEW = `${FOLDER}README.md`;

/** Folders beside the packs that are for every receiver. */
const NO_PACKS: readonly string[] = ['check'];

/** Of every pack's page, in the order in which a customer needs them. */
export const PACK_HEADINGS: readonly string[] = [
  'What you get',
  'What you need',
  'Install',
  'See that it works',
  'Remove',
  'What was verified',
];

/** Files of packs that follow from TypeScript: two templates, and the event that people paste to try a workflow. */
const FILES = [
  { path: `${FOLDER}torq/sample-event.json`, content: torqSample() },
  { path: `${FOLDER}sentinel/collection.json`, content: COLLECTION },
  { path: `${FOLDER}sentinel/detection.json`, content: DETECTION },
] as const;

const COLUMNS = ['for', 'what is in it', 'time', 'checked with'] as const;
const HEAD = `| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}\n`;
const PAGE = new RegExp(`^# (.+)\\n\\n${RegExp.escape(HEAD)}\\| (.+) \\| (.+) \\| (.+) \\| (.+) \\|\\n\\n`);

export interface Pack {
  /** Of its folder. */
  readonly id: string;
  readonly title: string;
  /** The ids of the destinations that it is for. */
  readonly destinations: readonly string[];
  readonly contents: string;
  readonly time: string;
  readonly checkedWith: string;
  /** The whole text of its `README.md`. */
  readonly page: string;
}

/** `project` is the URL of the project's folder, with its slash. */
export function readPacks(project: URL): readonly Pack[] {
  return readdirSync(new URL(FOLDER, project), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NO_PACKS.includes(entry.name))
    .map(({ name }) => readPack(project, name))
    .sort((one, other) => one.title.localeCompare(other.title, 'en'));
}

function readPack(project: URL, id: string): Pack {
  const path = packPage(id);
  const file = new URL(path, project);
  const page = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [, title, links, contents, time, checkedWith] = PAGE.exec(page) ?? [];
  if (!title || !links || !contents || !time || !checkedWith) {
    throw new Error(`${path} must begin with a title, an empty line and a table of one row:\n${HEAD}| … |`);
  }
  const destinations = [...links.matchAll(/\]\(\.\.\/\.\.\/shared\/destinations\/([a-z-]+)\/README\.md\)/g)];
  if (destinations.length === 0) {
    throw new Error(`${path} must link the page of its destination: [Title](../../shared/destinations/<id>/README.md)`);
  }
  return { id, title, destinations: destinations.map(([, of = '']) => of), contents, time, checkedWith, page };
}

/** Relative to the project's folder. */
export function packPage(id: string): string {
  return `${FOLDER}${id}/README.md`;
}

export function generatePacks(project: URL): readonly GeneratedDoc[] {
  const overview = readFileSync(new URL(OVERVIEW, project), 'utf8');
  const wanted = fillSlots(overview, { packs: packsTable(readPacks(project)) }, OVERVIEW);
  return [
    { path: OVERVIEW, current: overview, wanted },
    ...FILES.map(({ path, content }) => ({
      path,
      current: readIfThere(new URL(path, project)),
      wanted: `${JSON.stringify(content, null, 2)}\n`,
    })),
  ];
}

function torqSample(): unknown {
  const input = { finding: SAMPLE_FINDING, lifecycle: FIRST_DETECTION, deliveryId: exampleDeliveryId() };
  return JSON.parse(torqFormat.render({ ...input, url: '', options: {}, credentials: {} }).body);
}

function packsTable(packs: readonly Pack[]): string {
  const rows = packs.map(({ id, title, destinations, contents, time, checkedWith }) => {
    const links = destinations.map((of) => `[\`${of}\`](../shared/destinations/${of}/README.md)`);
    return `| [${title}](${id}/README.md) | ${links.join(', ')} | ${contents} | ${time} | ${checkedWith} |`;
  });
  return ['| pack | for | what is in it | time | checked with |', '|---|---|---|---|---|', ...rows].join('\n');
}
