import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../local/make-folder.ts';

describe('a folder', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'thalian-folder-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is made with those above it, also if it is there already', () => {
    const folder = join(parent, 'a', 'b', 'c');
    makeFolder(folder);
    makeFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it('is refused below a file', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(() => makeFolder(join(parent, 'file', 'below'))).toThrow('EEXIST');
  });

  it.runIf(existsSync('/proc/self'))('is refused where the system makes none, in place of trying for ever', () => {
    expect(() => makeFolder('/proc/thalian/logs')).toThrow('ENOENT');
  });
});
