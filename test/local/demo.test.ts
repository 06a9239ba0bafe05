import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DEMO = join(import.meta.dirname, '..', '..', 'local', 'demo.ts');

describe('npm run demo', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-demo-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function demo(...args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO, ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  it('says what is wrong with a file of which no line is a finding, and starts nothing', () => {
    const file = join(folder, 'findings.ndjson');
    writeFileSync(file, '[{"tenantId":"acme"}]\nnull\n42\n"finding"\nid,title\n');
    expect(demo('--findings', file)).toEqual({
      status: 2,
      stdout: '',
      stderr: `No line of ${file} is a JSON object: the file must hold one finding per line (NDJSON).\n`,
    });
  });

  it('says what is wrong with a file of which the service takes no finding, and starts nothing', () => {
    const file = join(folder, 'findings.ndjson');
    writeFileSync(file, '\n{"tenantId":"acme"}\n{"tenantId":"acme","finding":{}}\n');
    expect(demo('--findings', file)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^No line of .+ is a finding that the service takes: line 2: .+\.\n$/),
    });
  });

  it('says so if there is no such file', () => {
    expect(demo('--findings', join(folder, 'nowhere'))).toMatchObject({ status: 2, stdout: '' });
  });
});
