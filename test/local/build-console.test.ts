import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createLogger } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONSOLE_INPUTS } from '../../local/console/build-console.ts';

const ROOT = join(import.meta.dirname, '..', '..');

it.each(CONSOLE_INPUTS)('a change of %s makes the console be built again: the pattern names files', (pattern) => {
  expect(globSync(pattern, { cwd: ROOT }).length).toBeGreaterThan(0);
});

const CONFIG = join(ROOT, 'console', 'vite.config.ts');

describe('a build of the console', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-console-'));
    // A build sets it, and other files' tests run in this process.
    vi.stubEnv('NODE_ENV', process.env['NODE_ENV']);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  async function built(input?: string): Promise<readonly string[]> {
    const warnings: string[] = [];
    const warn = (text: string) => {
      warnings.push(text);
    };
    const customLogger = { ...createLogger('silent'), warn, warnOnce: warn };
    await build({
      configFile: CONFIG,
      customLogger,
      build: { write: false, ...(input !== undefined && { rolldownOptions: { input } }) },
    });
    return warnings;
  }

  it('warns of nothing: it is the first that `npm start` shows', async () => {
    expect(await built()).toEqual([]);
  });

  it('is refused if a page uses a module of Node', async () => {
    const page = join(folder, 'page.js');
    writeFileSync(
      page,
      "import { createHash } from 'node:crypto';\ndocument.title = createHash('sha256').digest('hex');\n",
    );
    await expect(built(page)).rejects.toThrow('which browsers do not have');
  });
});
