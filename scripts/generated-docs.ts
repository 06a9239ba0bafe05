/**
 * What the generated parts of `docs/` must say: the JSON Schema of the finding event, the API's OpenAPI document, the code
 * that the receivers' page embeds from `docs/snippets/`, the pages of the destinations. Whether they are written or only
 * compared is not known here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import * as z from 'zod';
import { createApi } from '../functions/api/handler.ts';
import { describeApi } from '../functions/api/routes/openapi.ts';
import { findingDetailSchema } from '../shared/contract/finding-event.ts';
import { anApiWorld } from '../test/fakes/api-world.ts';
import { generateDestinations } from './generated-destinations.ts';
import type { GeneratedDoc } from './generated-doc.ts';

const SNIPPETS = 'snippets/';
const LANGUAGES: Readonly<Record<string, string>> = { '.mjs': 'js', '.py': 'python', '.go': 'go', '.sh': 'sh' };

/** `docs` is the folder's URL, with its slash. */
export function generateDocs(docs: URL): readonly GeneratedDoc[] {
  const page = 'receiving-webhooks.md';
  const schema = 'finding-event.schema.json';
  const openApi = 'openapi.json';
  const currentPage = readFileSync(new URL(page, docs), 'utf8');
  return [
    { path: schema, current: readIfThere(new URL(schema, docs)), wanted: findingEventSchemaText() },
    { path: openApi, current: readIfThere(new URL(openApi, docs)), wanted: openApiText() },
    { path: page, current: currentPage, wanted: embedSnippets(currentPage, readSnippets(new URL(SNIPPETS, docs))) },
    ...generateDestinations(docs),
  ];
}

/**
 * Fills the places between `<!-- snippet: NAME -->` and `<!-- end of snippet -->`. Throws if a marker has no partner,
 * or a snippet has no place or no file: a page would silently go without it.
 */
export function embedSnippets(page: string, snippets: ReadonlyMap<string, string>): string {
  const unused = new Set(snippets.keys());
  const filled = page.replaceAll(
    /^<!-- snippet: (\S+) -->\n([\s\S]*?)^<!-- end of snippet -->$/gm,
    (_place, name: string, inside: string) => {
      const code = snippets.get(name);
      if (code === undefined) {
        throw new Error(`docs/${SNIPPETS}${name} is embedded but does not exist`);
      }
      if (inside.includes('<!-- snippet:')) {
        throw new Error(`The place of ${name} has no end marker`);
      }
      unused.delete(name);
      return `<!-- snippet: ${name} -->\n\`\`\`${languageOf(name)}\n${code}\`\`\`\n<!-- end of snippet -->`;
    },
  );
  if (unused.size > 0) {
    throw new Error(`No page embeds docs/${SNIPPETS}${[...unused].join(', ')}`);
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
      'Written by `npm run docs`. Not said here: detectedAt must lie between 2000 and tomorrow, and texts must be valid Unicode.',
    title: 'Finding Detected',
    description,
    ...schema,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** The document knows of no deployment, so any ports do. */
function openApiText(): string {
  return `${JSON.stringify(describeApi(createApi(anApiWorld().deps)), null, 2)}\n`;
}

function readSnippets(folder: URL): ReadonlyMap<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
}

function languageOf(name: string): string {
  const language = LANGUAGES[extname(name)];
  if (language === undefined) {
    throw new Error(`docs/${SNIPPETS}${name}: which language is that?`);
  }
  return language;
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
