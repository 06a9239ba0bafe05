import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectWebhook, type WebhookToConnect } from '../../local/connect-webhook.ts';
import { judge } from '../../local/demo/compare-evidence.ts';
import { readDeliveryLog } from '../../local/demo/evidence.ts';
import { type FindingLine, readFindingLines } from '../../local/demo/findings-file.ts';
import { publishLines } from '../../local/demo/publish.ts';
import { asText, reportOn } from '../../local/demo/report.ts';
import { collectEvidence, type DemoRun, runDemo } from '../../local/demo/run.ts';
import type { LocalUser } from '../../local/identity/local-user.ts';
import { LOCAL_ALLOWED_CIDRS, type LocalSystem, startLocalSystem } from '../../local/local-system.ts';
import { redriveMessages } from '../../scripts/redrive-messages.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseCidrList } from '../../shared/http/address.ts';
import { aFinding } from '../builders/finding.ts';
import { itemBytes, WRITE_UNIT_BYTES } from '../item-bytes.ts';

type ApiActor = Omit<LocalUser, 'username'>;

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples', 'findings.ndjson');

describe('the local system, with functions in processes of their own', () => {
  let logsFolder: string;
  let system: LocalSystem;
  let run: DemoRun;

  beforeAll(async () => {
    logsFolder = mkdtempSync(join(tmpdir(), 'thalian-local-'));
    system = await startLocalSystem({ logsFolder });
    run = await runDemo(system, readFindingLines(EXAMPLES));
  });
  afterAll(async () => {
    await system.stop();
    rmSync(logsFolder, { recursive: true });
  });

  const readLog = () => readDeliveryLog(system.clients.dynamo, system.description.tables.deliveryLog);

  async function rowsOf(webhookId: string): Promise<readonly DeliveryRow[]> {
    return (await readLog()).filter((row) => row.webhookId === webhookId);
  }

  function publish(details: readonly object[]) {
    const lines = details.map(
      (detail, index): FindingLine => ({ lineNumber: index + 1, text: JSON.stringify(detail) }),
    );
    return publishLines(system.clients.eventBridge, system.description.findingsBus, lines);
  }

  it('does with the example findings what was foretold, by its own log and by the record of the receiver', async () => {
    const evidence = await collectEvidence(system, run);
    expect(judge(run.expectation, evidence)).toEqual([]);
    expect(run.unended).toBe(0);
    expect(run.expectation.rejected).toHaveLength(3);
    expect(evidence.redriveMessages).toHaveLength(9);
    const report = reportOn(run, evidence, []);
    expect(report.deliveries.every(({ millisToFirstPost }) => millisToFirstPost !== null)).toBe(true);
    expect(asText(report)).toContain('All as expected');
  });

  it('is found out when a row is altered', async () => {
    const [row] = await rowsOf('wh_acme_tickets');
    const alter = (status: string) =>
      system.clients.dynamo.send(
        new UpdateItemCommand({
          TableName: system.description.tables.deliveryLog,
          Key: marshall({ pk: `${row?.tenantId}#${row?.webhookId}`, sk: row?.deliveryId }),
          UpdateExpression: 'SET #status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({ ':status': status }),
        }),
      );
    await alter('delivered');
    const discrepancies = judge(run.expectation, await collectEvidence(system, run));
    await alter('failed');
    expect(discrepancies).toEqual([{ subject: row?.deliveryId, problem: 'is delivered, expected failed' }]);
  });

  it('keeps rows of first-attempt successes within one write unit', async () => {
    const { Items = [] } = await system.clients.dynamo.send(
      new ScanCommand({ TableName: system.description.tables.deliveryLog }),
    );
    const plain = Items.filter((item) => item['status']?.S === 'delivered' && item['lastAttempt']?.N === '1');
    expect(plain.length).toBeGreaterThan(30);
    expect(Math.max(...plain.map((item) => itemBytes(item)))).toBeLessThanOrEqual(WRITE_UNIT_BYTES);
  });

  it('keeps the policy between the attempts', async () => {
    for (const { deliveryId, attempts } of await rowsOf('wh_acme_tickets')) {
      const posts = system.receiver.requests.filter(({ webhookId }) => webhookId === deliveryId);
      const gaps = posts.slice(1).map(({ receivedAt }, index) => receivedAt - (posts[index]?.receivedAt ?? 0));
      expect(attempts).toHaveLength(4);
      for (const [index, leastMillis] of [1_000, 2_000, 4_000].entries()) {
        expect(gaps[index]).toBeGreaterThanOrEqual(leastMillis);
      }
    }
  });

  it('waits as long as Retry-After asks', async () => {
    for (const { attempts } of await rowsOf('wh_globex_busy')) {
      const [first, second] = attempts;
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
    }
  });

  it('re-opens an exhausted delivery when its redrive message is moved to the retry queue, and then delivers it', async () => {
    const before = await rowsOf('wh_acme_pager');
    expect(before.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    const { moved } = await redriveMessages(
      { sqs: system.clients.sqs, webhooks: system.stores.webhooks },
      {
        exhaustedDeliveriesUrl: system.description.queues['exhausted-deliveries'],
        retryUrl: system.description.queues.retry,
        webhookId: 'wh_acme_pager',
        isDryRun: false,
        startedAt: Date.now(),
        signal: new AbortController().signal,
      },
      () => {},
    );
    expect(moved).toBe(3);
    await expect
      .poll(async () => (await rowsOf('wh_acme_pager')).map(({ status, lastAttempt }) => [status, lastAttempt]), {
        timeout: 10_000,
      })
      .toEqual(Array(3).fill(['delivered', 5]));
  });

  it('takes a function that answers nothing for one that succeeded, as the schedule does every time', async () => {
    await expect(system.functions.reconcile.invoke({})).resolves.toBeUndefined();
  });

  it('delivers retries by a process of their own, which writes a log of its own', async () => {
    const { send, sendRetries } = system.functions;
    expect(sendRetries.pid()).not.toBe(send.pid());
    const highestAttemptIn = (log: string) =>
      readFileSync(join(logsFolder, log), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"delivery.attempted"'))
        .reduce((highest, line) => Math.max(highest, JSON.parse(line).attempt), 0);
    expect(highestAttemptIn('send.log')).toBe(1);
    expect(highestAttemptIn('send-retries.log')).toBeGreaterThan(1);
  });

  it('starts another process when a function is killed, and killed again while it starts, and goes on delivering', async () => {
    const { send } = system.functions;
    for (let kills = 1; kills <= 3; kills += 1) {
      await expect.poll(() => send.pid(), { timeout: 10_000 }).toBeDefined();
      const killed = send.pid() ?? 0;
      process.kill(killed, 'SIGKILL');
      await expect.poll(() => send.pid(), { timeout: 10_000 }).not.toBe(killed);
    }
    await publish([{ tenantId: 'acme', finding: aFinding({ id: 'fnd_after_the_kill' }) }]);
    await expect
      .poll(() => system.receiver.requests.filter(({ body }) => body.includes('fnd_after_the_kill')).length, {
        timeout: 20_000,
      })
      .toBeGreaterThanOrEqual(2);
  });

  async function connectHanging(tenantId: string, webhookId: string): Promise<void> {
    const request: WebhookToConnect = {
      tenantId,
      webhookId,
      name: 'Hangs',
      url: `${system.receiver.url}/hang`,
      signing: 'none',
      headers: {},
      alerts: { enabled: true, minSeverity: 'info' },
    };
    const rules = { allowedCidrs: parseCidrList(LOCAL_ALLOWED_CIDRS), ownHosts: [] };
    expect(await connectWebhook(system.stores, rules, request, 'test')).toMatchObject({ kind: 'connected' });
  }

  async function callApi(user: ApiActor | undefined, path: string, method = 'GET', body?: object) {
    const token = user && (await system.issuer.issueIdToken({ username: 'jane', ...user }));
    return fetch(`${system.description.apiUrl}/v1${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  it('tells the webhook that a failing one names, although its alerts are off', async () => {
    const asks = await callApi(
      { tenantId: 'acme', permissions: ['webhooks-write'] },
      '/webhooks/wh_acme_tickets',
      'PATCH',
      { noticesTo: 'wh_acme_board' },
    );
    expect(asks.status).toBe(200);
    const severity = { level: 'critical', score: 95 } as const;
    await publish([{ tenantId: 'acme', finding: aFinding({ id: 'fnd_before_the_notice', severity }) }]);
    const notices = () => system.receiver.requests.filter(({ path }) => path.includes('board'));
    await expect.poll(() => notices().length, { timeout: 30_000 }).toBe(1);
    expect(JSON.parse(notices()[0]?.body ?? '').data).toMatchObject({
      title: "Webhook 'Ticketing (always fails)' is failing: HTTP 500",
      category: 'Webhook notice',
    });
    // The row comes after the response.
    await expect
      .poll(async () => (await rowsOf('wh_acme_board')).map(({ status }) => status), { timeout: 10_000 })
      .toEqual(['delivered']);
  });

  it('lets users in by the tenant and the permissions of their tokens', async () => {
    const reader: ApiActor = { tenantId: 'acme', permissions: ['webhooks-read'] };
    const writer: ApiActor = { tenantId: 'acme', permissions: ['webhooks-write'] };
    const stranger: ApiActor = { tenantId: 'globex', permissions: ['webhooks-write'] };
    const statusOf = async (...parameters: Parameters<typeof callApi>) => (await callApi(...parameters)).status;
    expect(await statusOf(undefined, '/openapi.json')).toBe(200);
    expect(await statusOf(undefined, '/webhooks')).toBe(401);
    expect(await statusOf(reader, '/webhooks/wh_acme_board')).toBe(200);
    expect(await statusOf(reader, '/webhooks/wh_acme_board/pause', 'POST')).toBe(403);
    expect(await statusOf(stranger, '/webhooks/wh_acme_board/pause', 'POST')).toBe(404);
    expect(await statusOf(writer, '/webhooks/wh_acme_board/pause', 'POST')).toBe(200);
  });

  it('answers that the API is not there when its process is killed, and starts another', async () => {
    const user: ApiActor = { tenantId: 'hooli', permissions: ['webhooks-write'] };
    await connectHanging('hooli', 'wh_hangs');
    const posts = system.receiver.requests.length;
    const underWay = callApi(user, '/webhooks/wh_hangs/test', 'POST');
    await expect.poll(() => system.receiver.requests.length, { timeout: 10_000 }).toBeGreaterThan(posts);
    const killed = system.functions.api.pid() ?? 0;
    process.kill(killed, 'SIGKILL');
    const response = await underWay;
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
    expect((await callApi(user, '/webhooks/wh_hangs')).status).toBe(200);
    expect(system.functions.api.pid()).not.toBe(killed);
  });

  it('ends without waiting for a receiver that hangs', async () => {
    const { receiver } = system;
    await connectHanging('umbrella', 'wh_hangs');
    await publish([{ tenantId: 'umbrella', finding: aFinding() }]);
    await expect.poll(() => receiver.requests.at(-1)?.path, { timeout: 10_000 }).toBe('/hang');
    await system.stop();
    const attempts = readFileSync(join(logsFolder, 'send.log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"delivery.attempted"'));
    expect(attempts).not.toEqual([]);
    expect(attempts.filter((line) => line.includes('"webhookId":"wh_hangs"'))).toEqual([]);
  });

  it('writes down what the functions log', () => {
    expect(readFileSync(join(logsFolder, 'send.log'), 'utf8')).toContain('"delivery.attempted"');
    expect(readFileSync(join(logsFolder, 'dispatch.log'), 'utf8')).toContain('"finding.rejected"');
  });
});
