import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { localClientSettings } from '../../local/aws/local-aws.ts';
import { readStackFile, type StackDescription } from '../../local/stack-file.ts';
import { freePort } from '../free-port.ts';

/** Three seconds on an idle machine, and as many more if the console has to be built; on a busy one six processes wait for their turn. */
const UP_WITHIN_MILLIS = 90_000;

const START = join(import.meta.dirname, '..', '..', 'local', 'start.ts');

const children: ChildProcess[] = [];

function startIn(folder: string, ...options: string[]) {
  const child = spawn(process.execPath, [START, '--folder', folder, ...options]);
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  return { child, output: () => output };
}

function endIn(folder: string): void {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
  rmSync(folder, { recursive: true });
}

/** One system for all of them, which the last one ends. */
describe('npm start', () => {
  let folder: string;
  let stackFile: string;
  let apiPort: number;
  let system: ReturnType<typeof startIn>;
  let stack: StackDescription | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-start-'));
    stackFile = join(folder, 'stack.json');
    apiPort = await freePort();
    system = startIn(folder, '--api-port', String(apiPort));
    await vi.waitUntil(() => system.output().includes('Publishing'), { timeout: UP_WITHIN_MILLIS });
    stack = await readStackFile(stackFile);
  }, UP_WITHIN_MILLIS);
  afterAll(() => endIn(folder));

  it('delivers a sample finding within seconds, and tells others where everything is', async () => {
    await expect.poll(system.output, { timeout: UP_WITHIN_MILLIS }).toMatch(/signature verified → answered 200/);
    expect(Object.keys(stack?.queues ?? {})).toEqual([
      'findings',
      'findings-dlq',
      'set-aside-events',
      'replayed',
      'delivery',
      'retry',
      'poison',
      'exhausted-deliveries',
      'mails',
      'mails-dlq',
    ]);
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const options = { ca: stack?.receiverCert ?? '' };
      request(`${stack?.receiverUrl}/requests`, options, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(response).toBe(200);
  });

  it('shows an event under a wrong name in the terminal, on a metric and in a queue', async () => {
    const settings = localClientSettings(stack?.awsEndpointUrl ?? '');
    const names = { Source: 'thalian.findings', DetailType: 'finding detected' };
    const Entries = [{ EventBusName: stack?.findingsBus, ...names, Detail: '{"tenantId":"acme"}' }];
    const events = new EventBridgeClient(settings);
    await events.send(new PutEventsCommand({ Entries }));
    await expect
      .poll(system.output, { timeout: UP_WITHIN_MILLIS })
      .toContain('an event that is no finding: detail-type: "finding detected" is not Finding Detected');
    const log = () => readFileSync(join(stack?.logs ?? '', 'dispatch.log'), 'utf8');
    await expect.poll(log, { timeout: UP_WITHIN_MILLIS }).toContain('"event.set-aside":1');
    const sqs = new SQSClient(settings);
    const QueueUrl = stack?.queues['set-aside-events'];
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ stray: { 'detail-type': 'finding detected' } });
    events.destroy();
    sqs.destroy();
  });

  it('serves the API on the port that was asked for, to each holder of one of the tokens', async () => {
    await expect.poll(system.output, { timeout: UP_WITHIN_MILLIS }).toContain('Webhooks of globex');
    expect(stack).toMatchObject({
      apiUrl: `http://127.0.0.1:${apiPort}`,
      issuerUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      clientId: 'thalian-local',
    });
    expect(system.output()).toContain(`The API answers at ${stack?.apiUrl}/v1`);
    expect(Object.keys(stack?.tokens ?? {})).toEqual(['acme', 'globex']);
    for (const [tenantId, token] of Object.entries(stack?.tokens ?? {})) {
      const response = await fetch(`${stack?.apiUrl}/v1/webhooks`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(`wh_${tenantId}_siem`);
    }
  });

  it('lets no second one start beside it', async () => {
    const { child, output } = startIn(folder);
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output()).toContain('A local system is running already');
  });

  it('says of a port that is taken which option names another', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'thalian-start-'));
    const { child, output } = startIn(elsewhere, '--api-port', String(apiPort));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output()).toContain(`Port ${apiPort} is in use on this machine. Name another one with --api-port`);
    rmSync(elsewhere, { recursive: true });
  });

  it('ends at Ctrl-C and leaves nothing behind', async () => {
    expect(existsSync(stackFile)).toBe(true);
    const { child } = system;
    child.kill('SIGINT');
    // `close`: the functions' processes, which have the same terminal, are gone as well.
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(existsSync(stackFile)).toBe(false);
  });
});

describe('npm start that cannot go on', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-start-'));
  });
  afterEach(() => endIn(folder));

  const start = (...options: string[]) => startIn(folder, ...options);

  it('refuses a port that is none at once, in one line', async () => {
    const { child, output } = start('--port', 'abc');
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output()).toBe("--port takes a port: a whole number from 0 (any free one) to 65535, not 'abc'.\n");
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends, in one line, when its folder is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { child, output } = start('--folder', file);
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output()).toBe(`The folder ${file} cannot be made (EEXIST): name another one with --folder.\n`);
  });

  it('ends, and leaves no process behind, when its description cannot be written', async () => {
    mkdirSync(join(folder, 'stack.json'));
    const { child, output } = start();
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output().trim().split('\n').at(-1)).toBe(
      `${join(folder, 'stack.json')} cannot be written (EEXIST): remove what is there, or name another folder with --folder.`,
    );
  });

  it('leaves one of two that are started at the same moment, and what describes it', async () => {
    const both = [start(), start()];
    const refused = await Promise.race(both.map(async (one) => ({ one, end: await once(one.child, 'close') })));
    expect(refused.end).toEqual([1, null]);
    expect(refused.one.output()).toContain('A local system is running already');
    const [left] = both.filter((one) => one !== refused.one);
    expect(await readStackFile(join(folder, 'stack.json'))).toMatchObject({ pid: left?.child.pid });
  });
});
