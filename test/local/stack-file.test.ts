import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeServer, LOOPBACK, listenOnLoopback } from '../../local/aws/loopback-server.ts';
import { readStackFile, removeStackFile, type StackDescription, writeStackFile } from '../../local/stack-file.ts';
import { useEngines } from '../fakes/local-engines.ts';

describe('the description of a local system', () => {
  const engines = useEngines();
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-stack-'));
    file = join(folder, 'stack.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Of the engines that run in this process, unless it says otherwise. */
  function aStack(overrides: Partial<StackDescription> = {}): StackDescription {
    const { endpointUrl, findingsBus, tables, queues } = engines();
    return {
      pid: process.pid,
      awsEndpointUrl: endpointUrl,
      region: 'us-east-1',
      account: '000000000000',
      findingsBus,
      tables,
      queues,
      apiUrl: '',
      issuerUrl: '',
      clientId: '',
      tokens: { acme: '', globex: '' },
      receiverUrl: '',
      receiverCert: '',
      receiverKey: '',
      logs: folder,
      ...overrides,
    };
  }

  it('is read while that system runs', async () => {
    expect(await writeStackFile(file, aStack())).toBe(true);
    expect(await readStackFile(file)).toEqual(aStack());
  });

  it('counts for nothing once its process is another', async () => {
    await writeStackFile(file, aStack({ pid: process.pid + 1 }));
    expect(await readStackFile(file)).toBeUndefined();
  });

  it('counts for nothing if something else answers at its address', async () => {
    const stranger = createServer((_request, response) => response.end('It works!'));
    const port = await listenOnLoopback(stranger, 0);
    await writeStackFile(file, aStack({ awsEndpointUrl: `http://${LOOPBACK}:${port}` }));
    expect(await readStackFile(file)).toBeUndefined();
    await closeServer(stranger);
  });

  it('is not written over while that system runs', async () => {
    await writeStackFile(file, aStack());
    expect(await writeStackFile(file, aStack({ pid: process.pid + 1 }))).toBe(false);
    expect(await readStackFile(file)).toEqual(aStack());
  });

  it.each([
    ['of a system that was killed', () => JSON.stringify(aStack({ pid: process.pid + 1 }))],
    ['that is no JSON', () => '{"pid":'],
  ])('takes the place of one %s', async (_what, left) => {
    writeFileSync(file, left());
    expect(await writeStackFile(file, aStack())).toBe(true);
    expect(await readStackFile(file)).toEqual(aStack());
  });

  it('is removed by its own process only', async () => {
    await writeStackFile(file, aStack());
    removeStackFile(file, process.pid + 1);
    expect(readFileSync(file, 'utf8')).toContain(`"pid": ${process.pid}`);
    removeStackFile(file, process.pid);
    expect(await readStackFile(file)).toBeUndefined();
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});
