import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordingReceiver, startRecordingReceiver } from '../../bench/receiver-process.ts';
import { makeReceiverCertificate } from '../../local/receiver/certificate.ts';
import { MAX_RESPONSE_BYTES } from '../../shared/http/attempt-outcome.ts';

describe('the receiver of the measurements', () => {
  let receiver: RecordingReceiver;
  let agent: Agent;
  let lastBodyBytes = 0;

  beforeAll(async () => {
    const certificate = await makeReceiverCertificate();
    agent = new Agent({ ca: certificate.cert });
    receiver = await startRecordingReceiver(certificate);
  });
  afterAll(() => {
    receiver.stop();
    agent.destroy();
  });

  function post(tenantId: string, finding: number) {
    const sent = request(`${receiver.url}/${tenantId}`, { agent, method: 'POST' });
    const responded = new Promise<number | undefined>((resolve, reject) => {
      sent.on('response', async (response) => {
        lastBodyBytes = (await buffer(response)).length;
        resolve(response.statusCode);
      });
      sent.on('error', reject);
    });
    sent.end(`{"id":"fnd_load_${finding}"}`);
    return { responded, abandon: () => sent.destroy() };
  }

  it('notes when each finding first arrived, and hangs for the tenants that it is given', async () => {
    const before = Date.now();
    expect(await post('tenant-1', 1).responded).toBe(204);
    expect(await post('tenant-1', 1).responded).toBe(204);
    receiver.misbehave(['tenant-1'], 'hangs');
    const hanging = post('tenant-1', 2);
    hanging.responded.catch(() => {});
    await expect.poll(() => receiver.count(), { timeout: 10_000 }).toBe(2);
    expect(await post('tenant-2', 3).responded).toBe(204);
    const { misbehaved, arrivals } = await receiver.report();
    hanging.abandon();
    expect(misbehaved).toBe(1);
    expect([...arrivals.keys()]).toEqual([1, 2, 3]);
    expect(Math.min(...arrivals.values())).toBeGreaterThanOrEqual(before);
  });

  it('refuses what is above the limit that it is given', async () => {
    const before = (await receiver.report()).misbehaved;
    receiver.misbehave(['tenant-4'], { perSecond: 0, burst: 2 });
    const statuses = [];
    for (let finding = 10; finding < 13; finding += 1) {
      statuses.push(await post('tenant-4', finding).responded);
    }
    expect(statuses).toEqual([204, 204, 429]);
    expect((await receiver.report()).misbehaved).toBe(before + 1);
  });

  it('fails with as much of a body as is read', async () => {
    receiver.misbehave(['tenant-5'], 'fails at length');
    expect(await post('tenant-5', 20).responded).toBe(500);
    expect(lastBodyBytes).toBe(MAX_RESPONSE_BYTES);
  });

  it('responds late to those that it is to respond late to', async () => {
    const before = (await receiver.report()).misbehaved;
    receiver.misbehave(['tenant-3'], { respondsAfterMillis: 1 });
    expect(await post('tenant-3', 4).responded).toBe(204);
    expect((await receiver.report()).misbehaved).toBe(before + 1);
  });
});
