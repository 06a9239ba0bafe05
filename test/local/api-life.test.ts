/** A webhook's whole life through HTTP alone, on the local system: the API, the sender and a receiver that verifies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishLines } from '../../local/demo/publish.ts';
import { type LocalSystem, startLocalSystem } from '../../local/local-system.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { aFinding } from '../builders/finding.ts';

const PATIENCE_MILLIS = 60_000;
const LOOK_EVERY_MILLIS = 200;

let logsFolder: string;
let system: LocalSystem;
let findings = 0;

beforeAll(async () => {
  logsFolder = mkdtempSync(join(tmpdir(), 'thalian-api-'));
  system = await startLocalSystem({ logsFolder });
});
afterAll(async () => {
  await system.stop();
  rmSync(logsFolder, { recursive: true });
});

async function ask(method: string, path: string, body?: object, token = system.description.tokens.acme) {
  const response = await fetch(`${system.description.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) };
}

async function publish(overrides: Partial<Finding> = {}): Promise<string> {
  findings += 1;
  const finding = aFinding({ id: `fnd_life_${findings}`, detectedAt: new Date().toISOString(), ...overrides });
  const text = JSON.stringify({ tenantId: 'acme', finding });
  await publishLines(system.clients.eventBridge, system.description.findingsBus, [{ lineNumber: 1, text }]);
  return finding.id;
}

function requestsTo(path: string) {
  return system.receiver.requests.filter((request) => request.path === path);
}

async function until<Value>(what: string, look: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
  for (const deadline = Date.now() + PATIENCE_MILLIS; Date.now() < deadline; ) {
    const seen = await look();
    if (seen !== undefined) {
      return seen;
    }
    await pause(LOOK_EVERY_MILLIS);
  }
  throw new Error(`Waited in vain for ${what}`);
}

function requestAbout(path: string, findingId: string) {
  return until(`a request about ${findingId} to ${path}`, () =>
    requestsTo(path).find(({ body }) => body.includes(`"${findingId}"`)),
  );
}

function deliveryOf(webhookPath: string, findingId: string, status: string) {
  return until(`${findingId} to be ${status}`, async () => {
    const { json } = await ask('GET', `${webhookPath}/deliveries`);
    const delivery = json.deliveries.find((one: { finding: { id: string } }) => one.finding.id === findingId);
    return delivery?.status === status ? delivery : undefined;
  });
}

async function connect(path: string, alerts: object = { enabled: true, minSeverity: 'info' }) {
  const url = `${system.receiver.url}${path}`;
  const { json } = await ask('POST', '/v1/webhooks', { name: path, url, secret: { generate: true } });
  const webhookPath = `/v1/webhooks/${json.id}`;
  system.receiver.expectSecret(path.replace(/\?.*/, ''), json.signingSecret);
  await ask('PUT', `${webhookPath}/alerts`, alerts);
  return { webhookPath, secret: json.signingSecret as string };
}

describe('a webhook, by HTTP alone', () => {
  it('must use HTTPS', async () => {
    const url = system.receiver.url.replace('https:', 'http:');
    expect(await ask('POST', '/v1/webhooks', { name: 'SIEM', url })).toMatchObject({
      status: 422,
      json: { detail: 'Webhook URLs must use HTTPS.' },
    });
  });

  it('needs a token of the issuer', async () => {
    const { status, headers, json } = await ask('GET', '/v1/webhooks', undefined, 'not.a.token');
    expect([status, headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    expect(json.type).toBe('urn:thalian:webhooks:problem:unauthorized');
  });

  it('gets findings from the threshold on once its alerts are on, signed', async () => {
    const path = '/ok/life/threshold';
    const { webhookPath } = await connect(path, { enabled: false, minSeverity: 'high' });
    await connect('/ok/life/all');
    // Once the other webhook has it, it has been decided about for this one.
    await requestAbout('/ok/life/all', await publish());
    await ask('PUT', `${webhookPath}/alerts`, { enabled: true, minSeverity: 'high' });
    const low = await publish({ severity: { level: 'medium', score: 50 } });
    const high = await publish();
    expect((await requestAbout(path, high)).signature).toBe('verified');
    await deliveryOf(webhookPath, high, 'delivered');
    expect(requestsTo(path)).toHaveLength(1);
    expect(requestsTo(path).some(({ body }) => body.includes(low))).toBe(false);
  });

  it('is signed with both secrets while a rotation lasts', async () => {
    const path = '/ok/life/rotation';
    const { webhookPath, secret } = await connect(path);
    const { json } = await ask('POST', `${webhookPath}/secret`, { secret: { generate: true } });
    expect((await requestAbout(path, await publish())).signature).toBe('verified');
    system.receiver.expectSecret(path, json.signingSecret);
    expect((await requestAbout(path, await publish())).signature).toBe('verified');
    expect(json.signingSecret).not.toBe(secret);
  });

  it('shows what failed after four attempts, and delivers it on retry', async () => {
    const path = '/fail/life/down?times=4';
    const { webhookPath } = await connect(path);
    const findingId = await publish();
    const failed = await deliveryOf(webhookPath, findingId, 'failed');
    expect(failed).toMatchObject({ attempts: 4, reason: 'exhausted', lastStatusCode: 500 });
    expect((await ask('GET', webhookPath)).json.health).toMatchObject({ failed: { count: 1 } });
    expect((await ask('GET', `${webhookPath}/deliveries?status=failed`)).json.deliveries).toHaveLength(1);
    const { json } = await ask('GET', `${webhookPath}/deliveries/${failed.id}`);
    expect(json.attemptLog.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3, 4]);

    expect((await ask('POST', `${webhookPath}/deliveries/${failed.id}/retry`)).status).toBe(202);
    expect(await deliveryOf(webhookPath, findingId, 'delivered')).toMatchObject({ attempts: 5 });
    expect((await ask('GET', webhookPath)).json.health).toMatchObject({ failed: { count: 0 } });
    expect(new Set(requestsTo(path).map(({ bodySha256 }) => bodySha256)).size).toBe(1);
  });

  it('is retried in bulk', async () => {
    const { webhookPath } = await connect('/fail/life/bulk?times=4');
    const ids = await Promise.all([publish(), publish(), publish()]);
    await Promise.all(ids.map((id) => deliveryOf(webhookPath, id, 'failed')));
    expect(await ask('POST', `${webhookPath}/deliveries/retry`, { status: 'failed' })).toMatchObject({
      status: 200,
      json: { retried: 3 },
    });
    await Promise.all(ids.map((id) => deliveryOf(webhookPath, id, 'delivered')));
  });

  it('can be tried without a finding, which is on no log', async () => {
    const { webhookPath } = await connect('/ok/life/test');
    const { json } = await ask('POST', `${webhookPath}/test`);
    expect(json).toMatchObject({ isAccepted: true, statusCode: 200, millis: { tls: expect.any(Number) } });
    expect(requestsTo('/ok/life/test')).toMatchObject([{ signature: 'verified' }]);
    expect((await ask('GET', `${webhookPath}/deliveries`)).json.deliveries).toEqual([]);
  });

  it('gets nothing while it is paused, and goes for good when it is deleted', async () => {
    const path = '/ok/life/pause';
    const { webhookPath } = await connect(path);
    await ask('POST', `${webhookPath}/pause`);
    const lost = await publish();
    await requestAbout('/ok/life/all', lost);
    await ask('POST', `${webhookPath}/resume`);
    await requestAbout(path, await publish());
    expect(requestsTo(path).some(({ body }) => body.includes(lost))).toBe(false);
    expect((await ask('DELETE', webhookPath)).status).toBe(204);
    expect((await ask('GET', webhookPath)).status).toBe(404);
  });

  it('is hidden from every other tenant', async () => {
    const { webhookPath } = await connect('/ok/life/tenant');
    const { globex } = system.description.tokens;
    expect((await ask('GET', webhookPath, undefined, globex)).status).toBe(404);
    expect((await ask('DELETE', webhookPath, undefined, globex)).status).toBe(404);
    expect((await ask('GET', webhookPath)).status).toBe(200);
  });
});
