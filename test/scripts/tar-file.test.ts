import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tarOf } from '../../scripts/tar-file.ts';

const FILES = [
  { path: 'app/default/b.conf', bytes: Buffer.from('[b]\n') },
  { path: 'app/a.md', bytes: Buffer.from('ü'.repeat(700)) },
  { path: 'app/empty', bytes: Buffer.alloc(0) },
  { path: 'app/block', bytes: Buffer.alloc(512, 'x') },
];

it('unpacks with tar to the files that were packed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'thalian-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'packed.tar'), tarOf(FILES));
  const { status, stderr } = spawnSync('tar', ['xf', 'packed.tar'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const { path, bytes } of FILES) {
    expect(readFileSync(join(folder, path)).equals(bytes), path).toBe(true);
  }
});

it('has the same bytes for the same files, whatever their order', () => {
  expect(tarOf(FILES.toReversed()).equals(tarOf(FILES))).toBe(true);
});

it('refuses a path that would be cut', () => {
  expect(() => tarOf([{ path: 'x'.repeat(101), bytes: Buffer.alloc(0) }])).toThrow('longer than a header of tar takes');
});
