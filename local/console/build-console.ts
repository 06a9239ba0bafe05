/** Builds the console if what it is made of is newer than what was built. */
import { globSync, rmSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const CONSOLE = join(ROOT, 'console');
export const CONSOLE_DIST = join(CONSOLE, 'dist');

/** What the console is made of, as patterns below the project's folder. */
export const CONSOLE_INPUTS = [
  'console/**/*.{ts,tsx,css,html,svg,ico}',
  'shared/**/*.ts',
  'docs/snippets/*',
  'package-lock.json',
];

const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `onBuild` hears of it only if there is something to do, which takes some seconds. */
export async function buildConsole(onBuild: () => void = () => {}): Promise<void> {
  if (isBuilt()) {
    return;
  }
  onBuild();
  const fresh = `${CONSOLE_DIST}.${process.pid}`;
  const old = `${fresh}.old`;
  await leavingNothingBehind(fresh, async () => {
    // Loaded here, as it takes a second that only a build needs.
    const { build } = await import('vite');
    await build({
      configFile: join(CONSOLE, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: fresh, emptyOutDir: true },
    });
    // Whole or not at all: others may be serving it, or building it too.
    await rename(CONSOLE_DIST, old).catch(() => {});
    await rename(fresh, CONSOLE_DIST).catch(() => rm(fresh, { recursive: true }));
    await rm(old, { recursive: true, force: true });
  });
}

/** Removes the half of a build that a signal interrupts, and then lets the signal end the process. */
async function leavingNothingBehind(folder: string, build: () => Promise<void>): Promise<void> {
  const abandon = (signal: NodeJS.Signals) => {
    rmSync(folder, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of INTERRUPTIONS) {
    process.once(signal, abandon);
  }
  try {
    await build();
  } finally {
    for (const signal of INTERRUPTIONS) {
      process.off(signal, abandon);
    }
  }
}

function isBuilt(): boolean {
  const builtAt = statSync(join(CONSOLE_DIST, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = globSync(CONSOLE_INPUTS, { cwd: ROOT, exclude: ['console/dist*/**'] });
  return inputs.every((path) => statSync(join(ROOT, path)).mtimeMs < builtAt);
}
