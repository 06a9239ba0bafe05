/** What a developer reads of a request: no credential, no text that moves the cursor, and why it is not genuine. */
import { describe, expect, it } from 'vitest';
import { describeArrival, describeResponse } from '../../../local/listen/describe.ts';
import { type ArrivedRequest, createRequestRecord } from '../../../local/listen/request-record.ts';
import { signatureHeaders } from '../../../shared/http/signature.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';

const SECRET = 'a-secret-of-the-receiver';
const { deliveryId } = aDeliveryMessage();

function signed(body: string, { secret = SECRET, ageSeconds = 0 } = {}): ArrivedRequest {
  const unixSeconds = Math.floor(Date.now() / 1000) - ageSeconds;
  const headers = {
    'webhook-id': deliveryId,
    'webhook-timestamp': String(unixSeconds),
    ...signatureHeaders({ current: secret }, deliveryId, unixSeconds, body),
  };
  return { receivedAt: Date.now(), method: 'POST', target: '/acme', headers, body: Buffer.from(body) };
}

function shown(...requests: readonly ArrivedRequest[]): string {
  const record = createRequestRecord(SECRET);
  return requests.map((request) => describeArrival(record.add(request))).join('\n');
}

describe('a shown request', () => {
  it('masks every header that an admin may have added', () => {
    const request = signed('{}');
    const headers = { ...request.headers, authorization: 'Bearer t0p', 'x-team': 's3cret', cookie: 'id=1' };
    const words = shown({ ...request, headers });
    expect(words).toMatch(/authorization: \*\*\*\n.*x-team: \*\*\*\n.*cookie: \*\*\*\n/);
    expect(words).not.toMatch(/t0p|s3cret|id=1/);
    expect(words).toContain(`webhook-id: ${deliveryId}`);
  });

  it('shows JSON with an indent, and any other body as it came', () => {
    expect(shown(signed('{"a":[1]}'))).toContain('    {\n      "a": [\n        1\n      ]\n    }\n');
    expect(shown(signed('a=1&b=2'))).toContain('\n    a=1&b=2\n');
    expect(shown(signed(''))).toContain('(no body)');
  });

  it('lets no text move the cursor or turn the direction of a line', () => {
    const hostile = '\u001b[2J\u202egnp';
    const request = signed(JSON.stringify({ title: hostile }));
    const words = shown({ ...request, target: `/${hostile}`, headers: { ...request.headers, host: hostile } });
    expect(words + shown(signed(hostile))).not.toMatch(/\p{Cf}|[\p{Cc}--\n]/v);
  });

  it.each([
    ['a genuine request', signed('{}'), /webhook-signature verified\n.*x-thalian-signature verified/],
    ['another secret', signed('{}', { secret: 'another-secret-here' }), /NOT VERIFIED: No matching signature found/],
    ['an old timestamp', signed('{}', { ageSeconds: 400 }), /too old\n.*Timestamp 40\d s away from this clock/],
    ['a time to come', signed('{}', { ageSeconds: -400 }), /too new\n.*Timestamp -(399|400) s away from this clock/],
    ['no headers', { ...signed('{}'), headers: {} }, /Missing required headers\n.*NOT VERIFIED: Missing header/],
    ['a genuine request that is no JSON', signed('no JSON'), /webhook-signature verified/],
    ['a changed body', { ...signed('{}'), body: Buffer.from('{ }') }, /No matching .*\n.*No matching/],
  ])('says of %s whether each signature holds, and why not', (_what, request, words) => {
    expect(shown(request)).toMatch(words);
  });

  it('is marked as a duplicate by its webhook-id, with whether the body is the same', () => {
    const words = shown(signed('{}'), signed('{}'), signed('{"a":1}'));
    expect(words).toContain('DUPLICATE of #1: the same webhook-id, the same body');
    expect(words).toContain('DUPLICATE of #1: the same webhook-id, ANOTHER BODY');
    expect(shown({ ...signed('{}'), headers: {} }, { ...signed('{}'), headers: {} })).not.toContain('DUPLICATE');
  });
});

it('shows the first part of a response in one line', () => {
  const body = Buffer.from(`no\nsuch \u001b[31m${'x'.repeat(500)}`);
  const words = describeResponse(3, { kind: 'answered', statusCode: 500, headers: {}, body, millis: 4 });
  expect(words).toMatch(/^ {4}#3 → 500 after 4 ms: no such \[31mx+$/);
  expect(words.length).toBeLessThan(250);
});
