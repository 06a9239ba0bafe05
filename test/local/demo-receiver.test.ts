import { createHmac } from 'node:crypto';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReceiverCertificate, type ReceiverCertificate } from '../../local/receiver/certificate.ts';
import { type DemoReceiver, type ReceivedRequest, startDemoReceiver } from '../../local/receiver/demo-receiver.ts';

interface ReceiverResponse {
  readonly statusCode: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

describe('the demo receiver', () => {
  const arrived: ReceivedRequest[] = [];
  let certificate: ReceiverCertificate;
  let receiver: DemoReceiver;

  beforeAll(async () => {
    certificate = await makeReceiverCertificate();
    receiver = await startDemoReceiver({ certificate, port: 0, onRequest: (received) => arrived.push(received) });
  });
  afterAll(() => receiver.stop());

  function call(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<ReceiverResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = request(`${receiver.url}${path}`, { method, headers, ca: certificate.cert }, async (incoming) =>
        resolve({ statusCode: incoming.statusCode, headers: incoming.headers, body: await text(incoming) }),
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
  const post = (path: string, id: string) => call('POST', path, { 'webhook-id': id }, '{}');
  const statuses = async (path: string, id: string, times: number) => {
    const responses: (number | undefined)[] = [];
    for (let sent = 0; sent < times; sent += 1) {
      responses.push((await post(path, id)).statusCode);
    }
    return responses;
  };

  it.each([
    ['/ok', [200, 200]],
    ['/ok/any/label', [200]],
    ['/fail', [500, 500, 500, 500, 500]],
    ['/fail/label?times=2', [500, 500, 200]],
    ['/fail?times=1&status=404', [404, 200]],
    ['/redirect', [302]],
    ['/gone', [410]],
    ['/slow?millis=10', [200]],
    ['/retry-after?times=1', [503, 200]],
    ['/unheard-of', [404]],
    ['/toString', [404]],
  ])('answers %s with %j', async (path, expected) => {
    expect(await statuses(path, `dlv_${path}`, expected.length)).toEqual(expected);
  });

  it('counts failures per delivery, not per path', async () => {
    expect(await statuses('/fail?times=1', 'dlv_one', 1)).toEqual([500]);
    expect(await statuses('/fail?times=1', 'dlv_two', 2)).toEqual([500, 200]);
    expect(await statuses('/fail?times=1', 'dlv_one', 1)).toEqual([200]);
  });

  it('answers as a vendor at its place, and has no token request on its record', async () => {
    const slack = '/vendor/slack/accepts/services/T0/B0/x';
    expect(await post(slack, 'dlv_vendor')).toMatchObject({ statusCode: 400, body: 'invalid_payload' });
    expect(arrived.find(({ webhookId }) => webhookId === 'dlv_vendor')).toMatchObject({ path: slack, answered: 400 });
    const before = arrived.length;
    expect(await call('POST', '/directory/oauth2/v2.0/token', {}, 'grant_type=other')).toMatchObject({
      statusCode: 400,
    });
    expect(arrived.length).toBe(before);
  });

  it('asks for patience in so many seconds', async () => {
    expect((await post('/retry-after?seconds=7', 'dlv_patience')).headers['retry-after']).toBe('7');
  });

  it('never answers when it hangs, and has the request on record all the same', async () => {
    const unanswered = post('/hang', 'dlv_hang').catch(() => 'cut off');
    await expect
      .poll(() => arrived.find(({ webhookId }) => webhookId === 'dlv_hang'))
      .toMatchObject({
        answered: 'no-answer',
      });
    await receiver.stop();
    expect(await unanswered).toBe('cut off');
    receiver = await startDemoReceiver({ certificate, port: 0, onRequest: (received) => arrived.push(received) });
  });

  it('shows its record over HTTP', async () => {
    await post('/ok/record', 'dlv_record');
    const { requests } = JSON.parse((await call('GET', '/requests')).body);
    expect(requests.at(-1)).toEqual({
      receivedAt: expect.any(Number),
      path: '/ok/record',
      webhookId: 'dlv_record',
      nth: 1,
      answered: 200,
      signature: 'unsigned',
      bodySha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      body: '{}',
    });
  });

  describe('judges signatures', () => {
    const body = '{"type":"finding.detected"}';
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

    function signed(key: string, at = new Date()): Record<string, string> {
      const seconds = Math.floor(at.getTime() / 1000);
      return {
        'webhook-id': 'dlv_signed',
        'webhook-timestamp': String(seconds),
        'webhook-signature': new Webhook(key).sign('dlv_signed', at, body),
        'x-thalian-signature': `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`,
      };
    }
    const checkOf = async (path: string, headers: Record<string, string>, sent = body) => {
      await call('POST', path, headers, sent);
      return arrived.at(-1)?.signature;
    };
    const otherSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;

    it('as verified, wrong, missing, or not to be judged', async () => {
      receiver.expectSecret('/ok/signed', secret);
      const { 'x-thalian-signature': _thalian, ...standardOnly } = signed(secret);
      const { 'webhook-signature': _standard, ...thalianOnly } = signed(secret);
      expect(await checkOf('/ok/signed?tuned=1', signed(secret))).toBe('verified');
      expect(await checkOf('/ok/signed', signed(otherSecret))).toBe('wrong');
      expect(await checkOf('/ok/signed', signed(secret), `${body} `)).toBe('wrong');
      expect(await checkOf('/ok/signed', signed(secret, new Date(Date.now() - 3_600_000)))).toBe('wrong');
      expect(await checkOf('/ok/signed', standardOnly)).toBe('wrong');
      expect(await checkOf('/ok/signed', thalianOnly)).toBe('wrong');
      expect(await checkOf('/ok/signed', { 'webhook-id': 'dlv_bare' })).toBe('unsigned');
      expect(await checkOf('/ok/stranger', signed(secret))).toBe('unchecked');
    });
  });
});
