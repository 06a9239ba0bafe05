import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_IDS } from '../../shared/destinations/catalogue.ts';
import { readFindings } from '../vectors/read-findings.ts';

const CORPUS = join(import.meta.dirname, '..', 'vectors', 'findings');
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
    const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO, ...args], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    return { status, stdout, stderr };
  }

  it('says what is wrong with a file of which no line is a finding, and starts nothing', () => {
    const file = join(folder, 'findings.ndjson');
    writeFileSync(file, '[{"tenantId":"acme"}]\nnull\n42\n"finding"\nid,title\n');
    expect(demo('--findings', file)).toEqual({
      status: 2,
      stdout: '',
      stderr: `No line of ${file} is a JSON object: it must hold details of finding events, or whole events.\n`,
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

  it('delivers the corpus of findings to one webhook of every format; only what is to be refused lies in the DLQ', () => {
    const corpus = readFindings();
    const { status, stdout } = demo('--findings', CORPUS, '--json');
    const report = JSON.parse(stdout);
    expect([status, report.problems]).toEqual([0, []]);
    const refused = corpus.filter(({ expected }) => expected !== undefined && 'refused' in expected);
    expect(report.badLines.map(({ file, where }: Readonly<Record<string, string>>) => [file, where])).toEqual(
      refused.map(({ name }) => [`${name}.json`, 'findings-dlq']),
    );
    expect(report.repaired).toBe(
      corpus.filter(({ expected }) => Array.isArray(expected) && expected.length > 0).length,
    );
    const delivered = report.deliveries.filter(({ status: end }: { status: string }) => end === 'delivered');
    expect(delivered).toHaveLength((corpus.length - refused.length) * DESTINATION_IDS.length);
  });

  it('says so if there is no such file', () => {
    expect(demo('--findings', join(folder, 'nowhere'))).toMatchObject({ status: 2, stdout: '' });
  });
});
