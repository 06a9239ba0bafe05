import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localClientSettings } from '../../local/aws/local-aws.ts';
import { closeServer, listenOnLoopback } from '../../local/aws/loopback-server.ts';
import { readStackFile } from '../../local/stack-file.ts';

/** Three seconds on an idle machine; on a busy one five processes wait for their turn. */
const UP_WITHIN_MILLIS = 45_000;

const START = join(import.meta.dirname, '..', '..', 'local', 'start.ts');

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  await closeServer(server);
  return port;
}

describe('npm start', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-start-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true });
  });

  function start(...options: string[]) {
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

  it('delivers a sample finding within seconds, and tells others where everything is', async () => {
    const { output } = start();
    await expect.poll(output, { timeout: UP_WITHIN_MILLIS }).toMatch(/signature verified → answered 200/);
    const stack = await readStackFile(join(folder, 'stack.json'));
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
    const { output } = start();
    const stackFile = join(folder, 'stack.json');
    await expect.poll(() => readStackFile(stackFile), { timeout: UP_WITHIN_MILLIS }).toBeDefined();
    const stack = await readStackFile(stackFile);
    const settings = localClientSettings(stack?.awsEndpointUrl ?? '');
    const names = { Source: 'thalian.findings', DetailType: 'finding detected' };
    const Entries = [{ EventBusName: stack?.findingsBus, ...names, Detail: '{"tenantId":"acme"}' }];
    const events = new EventBridgeClient(settings);
    await events.send(new PutEventsCommand({ Entries }));
    await expect
      .poll(output, { timeout: UP_WITHIN_MILLIS })
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
    const apiPort = await findFreePort();
    const { output } = start('--api-port', String(apiPort));
    await expect.poll(output, { timeout: UP_WITHIN_MILLIS }).toContain('Webhooks of globex');
    const stack = await readStackFile(join(folder, 'stack.json'));
    expect(stack).toMatchObject({
      apiUrl: `http://127.0.0.1:${apiPort}`,
      issuerUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      clientId: 'thalian-local',
    });
    expect(output()).toContain(`The API answers at ${stack?.apiUrl}/v1`);
    expect(Object.keys(stack?.tokens ?? {})).toEqual(['acme', 'globex']);
    for (const [tenantId, token] of Object.entries(stack?.tokens ?? {})) {
      const response = await fetch(`${stack?.apiUrl}/v1/webhooks`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain(`wh_${tenantId}_siem`);
    }
  });

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

  it('ends at Ctrl-C and leaves nothing behind', async () => {
    const { child, output } = start();
    await expect.poll(output, { timeout: UP_WITHIN_MILLIS }).toContain('Publishing');
    const stackFile = join(folder, 'stack.json');
    expect(existsSync(stackFile)).toBe(true);
    child.kill('SIGINT');
    // `close`: the functions' processes, which have the same terminal, are gone as well.
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(130);
    expect(existsSync(stackFile)).toBe(false);
  });

  it('says so if one is running already', async () => {
    const first = start();
    await expect.poll(first.output, { timeout: UP_WITHIN_MILLIS }).toContain('Publishing');
    const second = start();
    const [exitCode] = await once(second.child, 'close');
    expect(exitCode).toBe(1);
    expect(second.output()).toContain('A local system is running already');
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
