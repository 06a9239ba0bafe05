import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFailed } from './run-tests.ts';

const FILES = {
  'vitest.config.ts': `export default { test: { projects: [{ test: { name: 'unit', include: ['*.test.ts'] } }] } };`,
  'green.test.ts': `import { it } from 'vitest'; it('is well', () => {});`,
  'red.test.ts': `import { describe, expect, it } from 'vitest';
    describe('one of two', () => {
      it('is well', () => {});
      it('is not', () => expect(1).toBe(2));
    });`,
  'broken.test.ts': `import { it } from 'vitest'; it('is never reached', () => {}); throw new Error('Lost its way.');`,
  'skipped.test.ts': `import { it } from 'vitest'; it.skip('is not looked at', () => {});`,
  'unhandled.test.ts': `import { it } from 'vitest'; it('leaves something behind', () => void Promise.reject(new Error()));`,
};

describe('the tests of a folder that failed', () => {
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'run-tests-')));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const [name, content] of Object.entries(FILES)) {
      writeFileSync(join(folder, name), content);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function failedOf(...files: readonly (keyof typeof FILES | 'absent.test.ts')[]): Promise<string[]> {
    return listFailed({ folder, files }, new AbortController().signal);
  }

  it('are told by their full names, and are none of those that passed', async () => {
    expect(await failedOf('green.test.ts', 'red.test.ts')).toEqual(['one of two is not']);
    expect(await failedOf('green.test.ts')).toEqual([]);
  });

  it.each([
    ['is not there', 'absent.test.ts'],
    ['cannot be loaded', 'broken.test.ts'],
    ['skips all it has', 'skipped.test.ts'],
  ] as const)('cannot be told of a file that %s', async (_why, file) => {
    await expect(failedOf('green.test.ts', file)).rejects.toThrow(`No test of ${file} ran.`);
  });

  it('cannot be told where vitest fails and no test does', async () => {
    await expect(failedOf('unhandled.test.ts')).rejects.toThrow('No test failed, and yet vitest did.');
  });

  it('cannot be told where vitest does not start', async () => {
    writeFileSync(join(folder, 'vitest.config.ts'), `throw new Error('No configuration.');`);
    await expect(failedOf('green.test.ts')).rejects.toThrow('No test of green.test.ts ran.');
  });
});
