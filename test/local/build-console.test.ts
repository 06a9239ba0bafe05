import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONSOLE_INPUTS } from '../../local/console/build-console.ts';

const ROOT = join(import.meta.dirname, '..', '..');

it.each(CONSOLE_INPUTS)('a change of %s makes the console be built again: the pattern names files', (pattern) => {
  expect(globSync(pattern, { cwd: ROOT }).length).toBeGreaterThan(0);
});
