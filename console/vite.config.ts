/** How the console is built: static files that a strict content security policy lets through, with nothing that no page needs. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin, type Rolldown } from 'vite';

const COMPONENTS = dirname(fileURLToPath(import.meta.resolve('@cloudscape-design/components/package.json')));

const MAIN = join(import.meta.dirname, 'main.tsx');

/** Cloudscape embeds its fonts in its style sheet: eight styles, most of the sheet, of which a page uses two or three. */
const EMBEDDED_FONT = /url\(data:font\/woff2;base64,([A-Za-z0-9+/=]+)\)/g;

export default defineConfig(({ command }) => {
  if (command === 'build') {
    // Whatever the shell says: a test run's `test` would give React as developers use it, slow and with names of our files.
    process.env['NODE_ENV'] = 'production';
  }
  return {
    root: import.meta.dirname,
    plugins: [
      react(),
      shellInThePage(),
      consoleAtOnce(),
      fontsAsFiles(),
      messagesOfUse(),
      withoutJsonSchema(),
      withoutNodeModules(),
    ],
    resolve: {
      alias: {
        // Cloudscape's messages come parsed: FormatJS itself has a module without its parser for that.
        '@formatjs/icu-messageformat-parser': '@formatjs/icu-messageformat-parser/lib/no-parser.js',
        // The components' own copy: the names of colours have a hash that is another in each version of the two packages.
        '@cloudscape-design/design-tokens': join(COMPONENTS, 'internal', 'generated', 'styles', 'tokens.js'),
      },
    },
    build: {
      // The policy knows no `data:` for scripts, styles or fonts.
      assetsInlineLimit: 0,
      // Of one chunk; the whole first load has a limit of its own in a test.
      chunkSizeWarningLimit: 1_000,
      rolldownOptions: {
        // The contract's files reach rules that only the service needs. No module of ours does anything when it is loaded.
        treeshake: { moduleSideEffects: [{ test: /\/shared\//, sideEffects: false }] },
        // Such a module is reported before those rules are left out; `withoutNodeModules` refuses what remains of one.
        onLog: (level, log, report) => {
          if (!log.message.includes('externalized for browser compatibility')) {
            report(level, log);
          }
        },
      },
    },
  };
});

/** What is seen first needs no second file. The security policy lets it through by its hash (`shared/topology/console-headers.ts`). */
function shellInThePage(): Plugin {
  return {
    name: 'shell-in-the-page',
    transformIndexHtml: {
      // After Vite, which would write it in its own way: the hash is of the file.
      order: 'post',
      handler: () => [
        { tag: 'style', children: readFileSync(join(import.meta.dirname, 'shell.css'), 'utf8'), injectTo: 'head' },
      ],
    },
  };
}

/** The page names what its first script asks for, scripts and style sheets: the browser fetches all of it at the same time. */
function consoleAtOnce(): Plugin {
  return {
    name: 'console-at-once',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const isMain = (file: Rolldown.OutputAsset | Rolldown.OutputChunk) =>
          file.type === 'chunk' && file.facadeModuleId === MAIN;
        const main = Object.values(bundle).find(isMain);
        if (main === undefined) {
          throw new Error(`There is no chunk of ${MAIN}`);
        }
        const scripts = withImports(main.fileName, bundle);
        const styles = new Set(scripts.flatMap((name) => importedStyles(bundle[name])));
        return [
          ...scripts.map((name) => preloadTag({ rel: 'modulepreload' }, name)),
          ...[...styles].map((name) => preloadTag({ rel: 'preload', as: 'style' }, name)),
        ];
      },
    },
  };
}

/** The chunk, and all that it imports at once. */
function withImports(name: string, bundle: Rolldown.OutputBundle, known = new Set<string>()): readonly string[] {
  const chunk = bundle[name];
  if (chunk?.type === 'chunk' && !known.has(name)) {
    known.add(name);
    for (const imported of chunk.imports) {
      withImports(imported, bundle, known);
    }
  }
  return [...known];
}

function importedStyles(file: Rolldown.OutputAsset | Rolldown.OutputChunk | undefined): readonly string[] {
  return file?.type === 'chunk' ? [...(file.viteMetadata?.importedCss ?? [])] : [];
}

/** `crossorigin` as on the tags by which Vite loads them: a browser takes no other for the same. */
function preloadTag(attributes: Readonly<Record<string, string>>, name: string): HtmlTagDescriptor {
  return { tag: 'link', attrs: { ...attributes, crossorigin: true, href: `/${name}` }, injectTo: 'head' };
}

/** Fonts are then loaded when a text first needs them, and cached by themselves. */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type === 'asset' && asset.fileName.endsWith('.css')) {
          asset.source = String(asset.source).replaceAll(EMBEDDED_FONT, (_match, base64: string) => {
            const source = Buffer.from(base64, 'base64');
            const file = this.getFileName(this.emitFile({ type: 'asset', name: 'open-sans.woff2', source }));
            // Both lie in the folder of assets.
            return `url(./${file.split('/').at(-1)})`;
          });
        }
      }
    },
  };
}

const ALL_MESSAGES = /@cloudscape-design\/components\/i18n\/messages\/all\.en\.js$/;

/** How a component of Cloudscape asks for its messages. */
const ASKS_FOR_MESSAGES = /useInternalI18n\(['"]([^'"]+)['"]\)/g;

type Messages = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, object>>>>>>;

/** Cloudscape has one file of messages for all of its components: those of the components that the pages have remain. */
function messagesOfUse(): Plugin {
  const placeholder = '__messages_of_use__';
  const used = new Set<string>();
  let all: Messages = {};
  return {
    name: 'messages-of-use',
    apply: 'build',
    transform(code, id) {
      for (const [, component = ''] of code.matchAll(ASKS_FOR_MESSAGES)) {
        used.add(component);
      }
      if (ALL_MESSAGES.test(id)) {
        all = JSON.parse(readFileSync(id.replace(/js$/, 'json'), 'utf8'));
        return { code: `export default ${placeholder};`, map: null };
      }
      return undefined;
    },
    renderChunk(code) {
      return code.includes(placeholder) ? code.replace(placeholder, () => JSON.stringify(only(used, all))) : null;
    },
  };
}

function only(components: ReadonlySet<string>, all: Messages): Messages {
  const mapValues = <From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
  return mapValues(all, (byLocale) =>
    mapValues(byLocale, (byComponent) =>
      Object.fromEntries(Object.entries(byComponent).filter(([component]) => components.has(component))),
    ),
  );
}

const JSON_SCHEMA = /\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/;

/** In zod every schema can describe itself as JSON Schema, which the API's document needs. The pages only parse: here that is empty. */
function withoutJsonSchema(): Plugin {
  return {
    name: 'without-json-schema',
    apply: 'build',
    transform(code, id) {
      if (!JSON_SCHEMA.test(id)) {
        return undefined;
      }
      const names = [...code.matchAll(/^export (?:const|function) (\w+)|^export \{ \w+ as (\w+) \}/gm)];
      const exported = names.map(([, declared, renamed]) => `empty as ${declared ?? renamed}`);
      return { code: `const empty = () => ({});\nexport { ${exported.join(', ')} };`, map: null };
    },
  };
}

/** What stands in a browser for a module of Node: every use of it fails when a page runs. */
const STAND_IN_FOR_NODE = /__vite-browser-external/;

function withoutNodeModules(): Plugin {
  return {
    name: 'without-node-modules',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        const used = chunk.type === 'chunk' ? chunk.moduleIds.filter((id) => STAND_IN_FOR_NODE.test(id)) : [];
        if (used.length > 0) {
          this.error(`${chunk.fileName} uses ${used.join(', ')}, which browsers do not have.`);
        }
      }
    },
  };
}
