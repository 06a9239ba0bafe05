/**
 * What the generated parts of the documentation must say: the JSON Schema of the finding event, the API's OpenAPI document, the code
 * that the receivers' page embeds from `docs/snippets/`, the queries that the runbook embeds from `infra/queries/`, where the
 * stack takes them from too, and the pages of the destinations. Whether they are written or only compared is not known here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import * as z from 'zod';
import type { ApiDependencies } from '../../functions/api/dependencies.ts';
import { createApi } from '../../functions/api/handler.ts';
import { describeApi } from '../../functions/api/routes/openapi.ts';
import { findingDetailSchema } from '../../shared/finding/finding-event.schema.ts';
import { costPage } from './cost-page.ts';
import { generateDestinations } from './destination-pages.ts';
import { fillSlots } from './fill-slots.ts';
import { type GeneratedDoc, readIfThere } from './generated-doc.ts';
import { receiversPageParts } from './receivers-page.ts';
import { templatesPageParts } from './templates-page.ts';

/** Files that a page embeds between `<!-- MARKER: NAME -->` and `<!-- end of MARKER -->`. */
interface Embedded {
  readonly marker: string;
  /** For people who look for them. */
  readonly folder: string;
  /** What goes before the text, by the file's name: at least the opening fence. */
  readonly open: (name: string) => string;
}

const SNIPPETS: Embedded = {
  marker: 'snippet',
  folder: 'docs/snippets/',
  open: (name) => `\`\`\`${languageOf(name)}`,
};
// Under its name there, so that it is found; in a language that no highlighter knows.
const QUERIES: Embedded = {
  marker: 'query',
  folder: 'infra/queries/',
  open: (name) => `\`${basename(name, '.query')}\`:\n\`\`\``,
};

const TEMPLATES: Embedded = { marker: 'template', folder: 'examples/templates/', open: () => '```json' };

const TEMPLATES_PAGE = 'docs/templates.md';
const RECEIVERS_PAGE = 'docs/receiving-webhooks.md';

const LANGUAGES: Readonly<Record<string, string>> = {
  '.mjs': 'js',
  '.py': 'python',
  '.go': 'go',
  '.java': 'java',
  '.cs': 'csharp',
  '.php': 'php',
  '.rb': 'ruby',
  '.sh': 'sh',
};

/** `project` is the URL of the project's folder, with its slash. */
export function generateDocs(project: URL): readonly GeneratedDoc[] {
  const snippets = readFolder(new URL(SNIPPETS.folder, project));
  const templates = readFolder(new URL(TEMPLATES.folder, project));
  const queries = readFolder(new URL(QUERIES.folder, project));
  return [
    wholeFile('docs/finding-event.schema.json', project, findingEventSchemaText()),
    wholeFile('docs/openapi.json', project, openApiText()),
    wholeFile('docs/cost.md', project, costPage()),
    filledPage(RECEIVERS_PAGE, project, (page) =>
      embedSnippets(fillSlots(page, receiversPageParts(), RECEIVERS_PAGE), snippets),
    ),
    filledPage(TEMPLATES_PAGE, project, (page) =>
      embed(fillSlots(page, templatesPageParts(), TEMPLATES_PAGE), templates, TEMPLATES),
    ),
    filledPage('docs/runbook.md', project, (page) => embedQueries(page, queries)),
    ...generateDestinations(project),
  ];
}

function wholeFile(path: string, project: URL, wanted: string): GeneratedDoc {
  return { path, current: readIfThere(new URL(path, project)), wanted };
}

function filledPage(path: string, project: URL, fill: (page: string) => string): GeneratedDoc {
  const current = readFileSync(new URL(path, project), 'utf8');
  return { path, current, wanted: fill(current) };
}

export function embedSnippets(page: string, snippets: ReadonlyMap<string, string>): string {
  return embed(page, snippets, SNIPPETS);
}

export function embedQueries(page: string, queries: ReadonlyMap<string, string>): string {
  return embed(page, queries, QUERIES);
}

/** Throws if a marker has no partner, or a file has no place or no text: a page would silently go without it. */
function embed(page: string, files: ReadonlyMap<string, string>, { marker, folder, open }: Embedded): string {
  const unused = new Set(files.keys());
  const slot = new RegExp(`^<!-- ${marker}: (\\S+) -->\\n([\\s\\S]*?)^<!-- end of ${marker} -->$`, 'gm');
  const filled = page.replaceAll(slot, (_slot, name: string, inside: string) => {
    const text = files.get(name);
    if (text === undefined) {
      throw new Error(`${folder}${name} is embedded but does not exist`);
    }
    if (inside.includes(`<!-- ${marker}:`)) {
      throw new Error(`The place of ${name} has no end marker`);
    }
    unused.delete(name);
    return `<!-- ${marker}: ${name} -->\n${open(name)}\n${text}\`\`\`\n<!-- end of ${marker} -->`;
  });
  if (unused.size > 0) {
    throw new Error(`No page embeds ${folder}${[...unused].join(', ')}`);
  }
  return filled;
}

function findingEventSchemaText(): string {
  const { $schema, description, ...schema } = z.toJSONSchema(findingDetailSchema, {
    target: 'draft-2020-12',
    // As publishers write it: unknown fields are allowed.
    io: 'input',
  });
  const whole = {
    $schema,
    $id: 'urn:thalian:webhooks:finding-event',
    $comment:
      'Written by `npm run docs`. What publishers are asked for; what else is understood is in publishing-findings.md. Not said here: detectedAt must lie between 2000 and tomorrow, and texts must be valid Unicode.',
    title: 'Finding Detected',
    description,
    ...schema,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** The routes are declared, not called: whatever they ask their dependencies for stays unused. */
function openApiText(): string {
  const unused: ApiDependencies = new Proxy(Object.create(null), { get: () => undefined });
  return `${JSON.stringify(describeApi(createApi(unused)), null, 2)}\n`;
}

function readFolder(folder: URL): ReadonlyMap<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}

function languageOf(name: string): string {
  const language = LANGUAGES[extname(name)];
  if (language === undefined) {
    throw new Error(`docs/snippets/${name}: which language is that?`);
  }
  return language;
}
