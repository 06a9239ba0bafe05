/** The bundles of the functions, made as they are deployed, and what each is made of. */
import { existsSync, globSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING, standInsFor } from '../../shared/topology/bundling.ts';
import { type Part, partsOf } from './bundle-parts.ts';

export interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly parts: readonly Part[];
}

/** What every function costs before it does anything. */
export const EMPTY = 'empty';

export function namesOfFunctions(checkout: string): readonly string[] {
  return globSync('functions/*/index.ts', { cwd: checkout })
    .map((file) => basename(dirname(file)))
    .sort();
}

export async function makeBundle(checkout: string, name: string, folder: string): Promise<Bundle> {
  const outfile = join(folder, `${name}.cjs`);
  const { metafile } = await build({
    absWorkingDir: checkout,
    ...(name === EMPTY
      ? { stdin: { contents: 'export const handler = async () => {};' } }
      : { entryPoints: [`functions/${name}/index.ts`] }),
    outfile,
    bundle: true,
    platform: 'node',
    format: BUNDLING.format,
    target: BUNDLING.target,
    mainFields: [...BUNDLING.mainFields],
    minify: BUNDLING.minify,
    sourcemap: BUNDLING.sourceMap,
    sourcesContent: BUNDLING.sourcesContent,
    ...withStandIns(checkout, name),
    metafile: true,
    logLevel: 'error',
  });
  const [, output] = Object.entries(metafile.outputs).find(([file]) => file.endsWith('.cjs')) ?? [];
  if (output === undefined) {
    throw new Error(`esbuild made no bundle of ${name}`);
  }
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(metafile));
  return { name, file: outfile, bytes: output.bytes, parts: partsOf(output.inputs) };
}

/** The process that measures, as one file: what strips types from sources would take memory of its own. */
export async function makeMeasuredProcess(folder: string): Promise<string> {
  const outfile = join(folder, 'measured-process.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'measured-process.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: BUNDLING.target,
    minify: true,
    logLevel: 'error',
  });
  return outfile;
}

/** Another commit may have been deployed without them, or with fewer. */
function withStandIns(checkout: string, name: string) {
  const standIns = Object.entries(standInsFor(name)).filter(([, file]) => existsSync(join(checkout, file)));
  return standIns.length === 0 ? {} : { external: [...BUNDLING.external], alias: Object.fromEntries(standIns) };
}
