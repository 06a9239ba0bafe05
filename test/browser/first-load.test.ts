/** How much a browser has to load before the integrations are there, and that the browser of this suite needs nothing here. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, inject, it } from 'vitest';
import { CONSOLE_DIST } from '../../local/console/build-console.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

/** Compressed as CloudFront compresses for every browser; Brotli is smaller still. */
const MAX_SCRIPT_BYTES = 400_000;

it('is less than 400 KB of compressed scripts for the Integrations page', async () => {
  const { page } = await visits.open();
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') {
      scripts.push(response.body());
    }
  });
  await page.reload();
  await page.getByText('Webhooks that your findings are sent to.').waitFor();
  const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).byteLength);
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_SCRIPT_BYTES);
});

it('is built for production, with no name of a file or folder of the machine that built it', () => {
  const files = globSync('**/*.{js,css,html}', { cwd: CONSOLE_DIST });
  expect(files).toContain('index.html');
  const telling = files.filter(
    (file) => /jsxDEV|\.tsx\b/.test(contentOf(file)) || contentOf(file).includes(process.cwd()),
  );
  expect(telling).toEqual([]);
});

it.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'runs in a browser that brings its own libnss3, which many machines have not',
  () => {
    const maps = readFileSync(`/proc/${inject('browserPid')}/maps`, 'utf8');
    const [library] = maps.match(/\/\S+libnss3\.so/) ?? [];
    expect(library).toMatch(/node_modules\/\.cache\/chromium-[^/]+\/al2023\/lib\/libnss3\.so$/);
  },
);

function contentOf(file: string): string {
  return readFileSync(join(CONSOLE_DIST, file), 'utf8');
}
