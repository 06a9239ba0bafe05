/** Builds the console if what it is made of is newer than what was built. */
import { globSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const CONSOLE = join(ROOT, 'console');
export const CONSOLE_DIST = join(CONSOLE, 'dist');

const INPUTS = [
  'console/**/*.{ts,tsx,css,html,svg}',
  'shared/{contract,domain}/**/*.ts',
  'docs/snippets/*',
  'package-lock.json',
];

/** `onBuild` hears of it only if there is something to do, which takes some seconds. */
export async function buildConsole(onBuild: () => void = () => {}): Promise<void> {
  if (isBuilt()) {
    return;
  }
  onBuild();
  // Only who builds pays for loading it.
  const { build } = await import('vite');
  const fresh = `${CONSOLE_DIST}.${process.pid}`;
  const old = `${fresh}.old`;
  await build({
    configFile: join(CONSOLE, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: fresh, emptyOutDir: true },
  });
  // Whole or not at all: others may be serving it, or building it too.
  await rename(CONSOLE_DIST, old).catch(() => {});
  await rename(fresh, CONSOLE_DIST).catch(() => rm(fresh, { recursive: true }));
  await rm(old, { recursive: true, force: true });
}

function isBuilt(): boolean {
  const builtAt = statSync(join(CONSOLE_DIST, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = globSync(INPUTS, { cwd: ROOT, exclude: ['console/dist*/**'] });
  return inputs.every((path) => statSync(join(ROOT, path)).mtimeMs < builtAt);
}
