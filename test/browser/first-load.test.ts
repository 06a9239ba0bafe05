/** How much a browser has to load before the integrations are there, and that the browser of this suite needs nothing here. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Route } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { CONSOLE_DIST } from '../../local/console/build-console.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

/** Compressed as CloudFront compresses for every browser; Brotli is smaller still. */
const MAX_SCRIPT_BYTES = 250_000;

it('is less than 250 KB of compressed scripts for the Integrations page', async () => {
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

it('loads nothing of what only signing in needs, nor of other pages', async () => {
  const { page } = await visits.open();
  const paths: string[] = [];
  page.on('request', (request) => paths.push(new URL(request.url()).pathname));
  await page.reload();
  await page.getByText('Webhooks that your findings are sent to.').waitFor();
  const lazily = globSync('assets/*-page-*.js', { cwd: CONSOLE_DIST })
    .concat(globSync('assets/issuer-*.js', { cwd: CONSOLE_DIST }))
    .filter((file) => !file.includes('not-found-page'));
  expect(lazily.length).toBeGreaterThanOrEqual(6);
  expect(lazily.filter((file) => paths.includes(`/${file}`))).toEqual([]);
});

it('comes compressed, as from CloudFront', async () => {
  const { consoleUrl } = inject('stack');
  const encodingOf = async (path: string, accepted: string) => {
    const response = await fetch(`${consoleUrl}${path}`, { headers: { 'accept-encoding': accepted } });
    return response.headers.get('content-encoding');
  };
  const [main = ''] = globSync('assets/main-*.js', { cwd: CONSOLE_DIST });
  expect(await encodingOf(`/${main}`, 'gzip, deflate, br, zstd')).toBe('br');
  expect(await encodingOf(`/${main}`, 'gzip')).toBe('gzip');
  expect(await encodingOf(`/${main}`, 'identity')).toBeNull();
  expect(await encodingOf('/icon.svg', 'br')).toBeNull();
});

it('shows a shell before any of its scripts is there, under the policy that allows nothing inline', async () => {
  const { page, context } = await visits.open();
  const held: Route[] = [];
  let isHeld = true;
  await context.route(/\/assets\/.*\.js$/, (route) => (isHeld ? void held.push(route) : route.continue()));
  await page.reload({ waitUntil: 'commit' });
  await page.getByText('Loading your integrations').waitFor();
  const bar = page.locator('.shell-bar');
  // The words are there before the style sheet is.
  const colour = () => page.evaluate(`getComputedStyle(document.querySelector('.shell-bar')).backgroundColor`);
  await expect.poll(colour).toBe('rgb(15, 20, 26)');
  await expect.poll(() => held.length).toBeGreaterThan(0);
  isHeld = false;
  await Promise.all(held.map((route) => route.continue()));
  await page.getByText('Webhooks that your findings are sent to.').waitFor();
  expect(await bar.count()).toBe(0);
});

/** One packet train of a new connection (ten segments), which needs no second way there and back. */
const MAX_SHELL_BYTES = 14_000;

it('has all that the shell needs in its first two files, and no script that holds it up', () => {
  const html = contentOf('index.html');
  expect(html).toContain('<div class="shell-bar">');
  const [first = '', ...others] = html.match(/<link[^>]+rel="stylesheet"[^>]*>/g) ?? [];
  expect(first).toContain('href="/shell.css"');
  expect(others).toEqual([]);
  expect(html.indexOf(first)).toBeLessThan(html.indexOf('<script'));
  const scripts = html.match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.filter((script) => !script.includes('type="module"'))).toEqual([]);
  expect(html).not.toContain('<style');
  expect(html.length + contentOf('shell.css').length).toBeLessThan(MAX_SHELL_BYTES);
});

it('has an icon for every browser, of which each is there', async () => {
  const { consoleUrl } = inject('stack');
  const icons = [...contentOf('index.html').matchAll(/<link rel="icon" href="([^"]+)"/g)].map(([, path]) => path);
  // Browsers that know no SVG here ask for the second.
  expect(icons).toEqual(['/favicon.ico', '/icon.svg']);
  const responses = await Promise.all(icons.map((path) => fetch(`${consoleUrl}${path}`)));
  expect(responses.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
    [200, 'image/vnd.microsoft.icon'],
    [200, 'image/svg+xml'],
  ]);
});

it('says so in the shell if the console cannot be fetched', async () => {
  const visit = await visits.open();
  const { page, context } = visit;
  await context.route(/\/assets\/main.*\.js$/, (route) => route.abort());
  await page.reload({ waitUntil: 'commit' });
  await page.getByText('The page could not be loaded. Reload it in a moment.').waitFor();
  await context.unroute(/\/assets\/main.*\.js$/);
  visit.complaints.splice(0);
});

it('is built for production, with no name of a file or folder of the machine that built it', () => {
  const files = globSync('**/*.{js,css,html}', { cwd: CONSOLE_DIST });
  expect(files).toContain('index.html');
  const telling = files.filter(
    (file) => /jsxDEV|\.tsx\b/.test(contentOf(file)) || contentOf(file).includes(process.cwd()),
  );
  expect(telling).toEqual([]);
});

it('names no colour that its style sheets do not define, which would be light in the dark theme too', () => {
  const styles = globSync('**/*.css', { cwd: CONSOLE_DIST }).map(contentOf).join('');
  const scripts = globSync('**/*.js', { cwd: CONSOLE_DIST }).map(contentOf).join('');
  const named = new Set([...scripts.matchAll(/var\((--color-[\w-]+)/g)].map(([, name = '']) => name));
  expect(named.size).toBeGreaterThan(5);
  expect([...named].filter((name) => !styles.includes(`${name}:`))).toEqual([]);
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
