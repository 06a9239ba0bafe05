import { readFileSync } from 'node:fs';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { buildRequest, SERVICE_VERSION, secretValues } from '../../../shared/attempt/outgoing-request.schema.ts';
import { format as jsonFormat } from '../../../shared/destinations/json/json.ts';
import type { WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aFinding } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';

const NOW = Date.parse('2026-11-23T10:00:05.900Z');
const { deliveryId } = aDeliveryMessage();

function request(secret?: WebhookSecret, nowMillis = NOW) {
  return buildRequest({ webhook: aWebhook(), secret, format: jsonFormat, finding: aFinding(), deliveryId, nowMillis });
}

describe('the request a receiver gets', () => {
  it('is a POST of the finding with the headers that the contract names', () => {
    expect(request()).toEqual({
      method: 'POST',
      url: 'https://siem.example/hook',
      headers: {
        'content-type': 'application/json',
        'user-agent': `Thalian-Webhooks/${SERVICE_VERSION}`,
        'x-thalian-event': 'finding.detected',
        'webhook-id': deliveryId,
        'webhook-timestamp': '1795428005',
      },
      body: JSON.stringify({ type: 'finding.detected', timestamp: '2026-11-23T10:00:00.000Z', data: aFinding() }),
    });
  });

  it('holds everything that the product documentation promises', () => {
    const { data } = JSON.parse(request().body);
    expect(data).toMatchObject({
      id: 'fnd_01JDPX8Z',
      title: expect.any(String),
      severity: { level: 'high', score: 82 },
      affected: { type: 'identity', id: '00u1x', name: 'jane@acme.example' },
      platform: 'okta',
      detectedAt: '2026-11-23T10:00:00.000Z',
      remediation: { summary: expect.any(String) },
    });
  });

  it('names the version that is released', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(SERVICE_VERSION).toBe(version);
  });

  it('is signed if and only if there is a signing secret', () => {
    const current = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const signed = request({ signing: { current } }, Date.now());
    expect(new StandardWebhook(current).verify(signed.body, { ...signed.headers })).toBeTruthy();
    expect(signed.headers).toHaveProperty('x-thalian-signature');
    for (const unsigned of [request(), request({ headers: { 'x-team': 'blue' } })]) {
      expect(Object.keys(unsigned.headers).filter((name) => name.includes('signature'))).toEqual([]);
    }
  });

  it('has the same body on every attempt, and a fresh timestamp and signature', () => {
    const secret = { signing: { current: 'a-secret-of-the-tenant' } };
    const first = request(secret);
    const second = request(secret, NOW + 30_000);
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp']);
    expect(second.headers['x-thalian-signature']).not.toBe(first.headers['x-thalian-signature']);
  });

  it("carries the webhook's own headers, which can never replace ours", () => {
    const { headers } = request({
      headers: { 'X-Api-Key': 'k', 'Webhook-Id': 'forged', 'content-type': 'text/plain', 'x-evil': 'a\r\nb: c' },
    });
    expect(headers).toMatchObject({
      'x-api-key': 'k',
      'webhook-id': deliveryId,
      'content-type': 'application/json',
    });
    expect(headers).not.toHaveProperty('x-evil');
  });

  it('goes to the URL in the secret where the URL is itself a credential', () => {
    expect(request({ url: 'https://siem.example/hook/TOKEN' }).url).toBe('https://siem.example/hook/TOKEN');
  });
});

describe('the values of a secret that must never be seen', () => {
  it('are all of them', () => {
    const secret = {
      signing: {
        current: 's1',
        previous: [
          { secret: 's2', until: 1 },
          { secret: 's3', until: 0 },
        ],
      },
      headers: { a: 'h' },
      credentials: { token: 'c' },
      url: 'u',
    };
    expect(secretValues(secret)).toEqual(['s1', 's2', 's3', 'h', 'c', 'u']);
    expect(secretValues(undefined)).toEqual([]);
  });
});
