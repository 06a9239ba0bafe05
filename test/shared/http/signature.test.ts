import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { checkOwnSecret } from '../../../shared/http/own-secret.ts';
import { formatGeneratedSecret, signatureHeaders } from '../../../shared/http/signature.ts';
import { type DeliveryId, parseDeliveryId } from '../../../shared/runtime/ids.ts';
import vectors from '../../vectors/signatures.json' with { type: 'json' };

const { deliveryId } = { deliveryId: 'dlv_01JDPX8ZQ4T7S2V3W4X5Y6Z7A8' as DeliveryId };
const BODY = '{"type":"finding.detected","title":"管理者 🔑"}';
const generated = formatGeneratedSecret(new Uint8Array(32).fill(7));

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

describe('published vectors', () => {
  it.each(vectors.standardWebhooks)('Standard Webhooks, key $key', ({ key, id, timestamp, body, signature }) => {
    // The vectors' ids are not of our form; the signature does not care.
    const headers = signatureHeaders({ current: key }, id as DeliveryId, timestamp, body);
    expect(headers['webhook-signature']).toBe(signature);
  });

  it.each(vectors.stripe)('Stripe, secret $secret', ({ secret, timestamp, body, signature }) => {
    expect(signatureHeaders({ current: secret }, deliveryId, timestamp, body)['x-thalian-signature']).toBe(signature);
  });
});

it('a key with bits that stand for nothing, as webhooks have from before they were refused, still signs', () => {
  const signed = (key: string) =>
    signatureHeaders({ current: `whsec_${key}` }, deliveryId, 1, BODY)['webhook-signature'];
  expect(signed('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKR==')).toBe(
    signed('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKQ=='),
  );
});

describe("receivers' own libraries", () => {
  const secrets = [generated, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];

  it.each(secrets)('standardwebhooks and svix accept a request signed with %s', (secret) => {
    const seconds = nowSeconds();
    const headers = {
      'webhook-id': deliveryId,
      'webhook-timestamp': String(seconds),
      ...signatureHeaders({ current: secret }, deliveryId, seconds, BODY),
    };
    expect(new StandardWebhook(secret).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => new SvixWebhook(secret).verify(BODY, headers)).not.toThrow();
    expect(() => new SvixWebhook(secret).verify(`${BODY} `, headers)).toThrow();
    expect(() => new StandardWebhook(secret).verify(`${BODY} `, headers)).toThrow();
  });

  it('standardwebhooks accepts a secret without the prefix by its raw option', () => {
    const secret = 'correct-horse-battery-staple';
    const seconds = nowSeconds();
    const headers = {
      'webhook-id': deliveryId,
      'webhook-timestamp': String(seconds),
      ...signatureHeaders({ current: secret }, deliveryId, seconds, BODY),
    };
    expect(new StandardWebhook(secret, { format: 'raw' }).verify(BODY, headers)).toEqual(JSON.parse(BODY));
  });

  it.each([generated, 'correct-horse-battery-staple'])(
    "Stripe's verifier accepts a request signed with %s",
    (secret) => {
      const { 'x-thalian-signature': header } = signatureHeaders({ current: secret }, deliveryId, nowSeconds(), BODY);
      const { webhooks } = new Stripe('sk_test_unused');
      expect(webhooks.signature?.verifyHeader(BODY, header, secret)).toBe(true);
      expect(() => webhooks.signature?.verifyHeader(BODY, header, 'another-secret-entirely')).toThrow();
    },
  );

  it('all of them accept each of three secrets while overlaps last', () => {
    const seconds = nowSeconds();
    const until = (seconds + 60) * 1000;
    const [newest = '', older = '', current = ''] = [...secrets, 'whsec_dGhlIG9sZGVzdCBvZiB0aHJlZSBzZWNyZXRz'];
    const signing = {
      current,
      previous: [
        { secret: newest, until },
        { secret: older, until },
      ],
    };
    const signed = signatureHeaders(signing, deliveryId, seconds, BODY);
    const headers = { 'webhook-id': deliveryId, 'webhook-timestamp': String(seconds), ...signed };
    const { webhooks } = new Stripe('sk_test_unused');
    for (const secret of [current, newest, older]) {
      expect(new StandardWebhook(secret).verify(BODY, headers)).toBeTruthy();
      expect(() => new SvixWebhook(secret).verify(BODY, headers)).not.toThrow();
      expect(webhooks.signature?.verifyHeader(BODY, signed['x-thalian-signature'], secret)).toBe(true);
    }
  });
});

describe('a rotation', () => {
  const previous = [
    { secret: 'newer-secret-of-the-tenant', until: 100_000 },
    { secret: 'older-secret-of-the-tenant', until: 50_000 },
  ];
  const signing = { current: 'current-secret-of-the-tenant', previous };

  it('signs with the current secret first, then with the earlier ones, the newest first', () => {
    const all = signatureHeaders(signing, deliveryId, 49, BODY);
    const alone = [signing.current, ...previous.map(({ secret }) => secret)].map((current) =>
      signatureHeaders({ current }, deliveryId, 49, BODY),
    );
    const [t] = all['x-thalian-signature'].split(',');
    expect(all['x-thalian-signature']).toBe(
      [t, ...alone.map((one) => one['x-thalian-signature'].replace(`${t},`, ''))].join(),
    );
    expect(all['x-thalian-signature']).toMatch(/^t=49(,v1=[0-9a-f]{64}){3}$/);
    expect(all['webhook-signature']).toBe(alone.map((one) => one['webhook-signature']).join(' '));
  });

  it('ends each overlap at its time', () => {
    expect(signatureHeaders(signing, deliveryId, 50, BODY)).toEqual(
      signatureHeaders({ ...signing, previous: previous.slice(0, 1) }, deliveryId, 50, BODY),
    );
    expect(signatureHeaders(signing, deliveryId, 100, BODY)).toEqual(
      signatureHeaders({ current: signing.current }, deliveryId, 100, BODY),
    );
  });
});

describe('a generated secret', () => {
  it('is 32 bytes that every verifier decodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const secret = formatGeneratedSecret(bytes);
        expect(checkOwnSecret(secret)).toBeUndefined();
        expect(new Uint8Array(Buffer.from(secret.slice('whsec_'.length), 'base64'))).toEqual(bytes);
      }),
    );
  });

  it('is a valid delivery id nowhere: the two cannot be mixed up', () => {
    expect(parseDeliveryId(generated)).toBeUndefined();
  });
});
