/** How much a browser has to load before the integrations are there, and that the browser of this suite needs nothing here. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Route } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { CONSOLE_DIST } from '../../local/console/build-console.ts';
import { SHELL_STYLE_HASH } from '../../shared/topology/console-headers.ts';
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

it('shows a shell with nothing but the page itself, whose style the policy knows by its hash', async () => {
  const { page, context } = await visits.open();
  const held: Route[] = [];
  let isHeld = true;
  await context.route('**/*', (route) =>
    isHeld && route.request().resourceType() !== 'document' ? void held.push(route) : route.continue(),
  );
  await page.reload({ waitUntil: 'commit' });
  await page.getByText('Loading your integrations').waitFor();
  const bar = page.locator('.shell-bar');
  expect(await page.evaluate(`getComputedStyle(document.querySelector('.shell-bar')).backgroundColor`)).toBe(
    'rgb(15, 20, 26)',
  );
  const paints = () => page.evaluate(`performance.getEntriesByName('first-contentful-paint').length`);
  await expect.poll(paints, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => held.length).toBeGreaterThan(0);
  isHeld = false;
  await Promise.all(held.map((route) => route.continue()));
  await page.getByText('Webhooks that your findings are sent to.').waitFor();
  expect(await bar.count()).toBe(0);
});

it('asks for the console, its style sheets and its settings without waiting for one after the other', async () => {
  const { page, context } = await visits.open();
  const assets = globSync('assets/*', { cwd: CONSOLE_DIST }).map((file) => `/${file}`);
  const main = assets.filter((path) => /\/main-.*\.js$/.test(path));
  const [boot = ''] = /src="([^"]+)"/.exec(contentOf('index.html'))?.slice(1) ?? [];
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).pathname));
  const held: Route[] = [];
  await context.route(`**${boot}`, (route) => void held.push(route));
  await page.reload({ waitUntil: 'commit' });
  await expect.poll(() => main.every((path) => asked.has(path)), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => [...asked].filter((path) => path.endsWith('.css')).length).toBeGreaterThan(0);
  expect(asked.has('/config.json')).toBe(false);

  // The settings and the console meet in the browser: neither waits for the other.
  await context.route('**/assets/main-*.js', (route) => void held.push(route));
  await Promise.all(held.splice(0).map((route) => route.continue()));
  await expect.poll(() => asked.has('/config.json'), { timeout: 20_000 }).toBe(true);
  await context.unrouteAll({ behavior: 'ignoreErrors' });
  await Promise.all(held.map((route) => route.continue()));
  await page.getByText('Webhooks that your findings are sent to.').waitFor();
});

/** A machine that has nothing else to do needs a tenth of it. */
const SLOW_MILLIS = 90_000;

it(
  'is seen and there on a slow phone after a while, which it reports',
  async ({ annotate }) => {
    const { page, context } = await visits.open();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    const bytesPerSecond = (400 * 1_000) / 8;
    await session.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 400 },
      ...{ downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond },
    });
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.reload({ waitUntil: 'commit', timeout: SLOW_MILLIS });
    await page.getByText('Webhooks that your findings are sent to.').waitFor({ timeout: SLOW_MILLIS });
    const seen = Number(await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime`));
    const there = Number(await page.evaluate('performance.now()'));
    expect(seen).toBeGreaterThan(0);
    await annotate(
      `400 kbit/s, 400 ms, four times slower: seen after ${Math.round(seen)} ms, there after ${Math.round(there)} ms`,
    );
  },
  2 * SLOW_MILLIS,
);

/** One packet train of a new connection (ten segments), which needs no second way there and back. */
const MAX_SHELL_BYTES = 14_000;

it('has all that the shell needs in its first file, and nothing that holds it up', () => {
  const html = contentOf('index.html');
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? [];
  expect(html).toContain('<div class="shell-bar">');
  expect(`sha256-${createHash('sha256').update(style).digest('base64')}`).toBe(SHELL_STYLE_HASH);
  expect(html.match(/<style|<link[^>]+rel="stylesheet"/g)).toEqual(['<style']);
  const scripts = html.match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.filter((script) => !script.includes('type="module"'))).toEqual([]);
  expect(html.length).toBeLessThan(MAX_SHELL_BYTES);
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
