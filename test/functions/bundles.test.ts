/** Which of our own files esbuild, which bundles what is deployed, takes into each bundle. */
import { globSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { DESTINATION_IDS } from '../../shared/destinations/catalogue.ts';

const PROJECT = `${import.meta.dirname}/../../`;
const FUNCTIONS = globSync('functions/*/index.ts', { cwd: PROJECT });
const CONSOLE = 'console/main.tsx';

/** Relative to the project's folder. A superset of what is deployed: esbuild also names files of which it then drops all code. */
function filesIn(entry: string): readonly string[] {
  const { metafile } = buildSync({
    absWorkingDir: PROJECT,
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    packages: 'external',
    // Vite's own: texts that the console shows.
    external: ['*?raw'],
    loader: { '.css': 'empty' },
    outdir: 'unused',
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

describe('a bundle', () => {
  it.each([...FUNCTIONS, CONSOLE])(
    'of %s has no simulated vendor, and nothing of the tests or of the local system',
    (entry) => {
      const files = filesIn(entry);
      expect(files.filter((file) => file.startsWith('shared/')).length).toBeGreaterThan(5);
      expect(files.filter((file) => file.endsWith('.vendor.ts') || /^(test|local|scripts|infra)\//.test(file))).toEqual(
        [],
      );
    },
  );

  it('of send has every format and no form', () => {
    const files = filesIn('functions/send/index.ts');
    expect(files).toEqual(expect.arrayContaining(DESTINATION_IDS.map((id) => `shared/destinations/${id}/${id}.ts`)));
    expect(files.filter((file) => file.endsWith('.form.ts'))).toEqual([]);
  });

  it.each(['dispatch', 'reconcile'])('of %s has no destination', (name) => {
    const files = filesIn(`functions/${name}/index.ts`);
    expect(files.filter((file) => file.startsWith('shared/destinations/'))).toEqual([]);
  });
});
