import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/delivery/classify.ts';
import type { Format } from '../../../shared/destinations/format.ts';
import { format as jsonFormat } from '../../../shared/destinations/json/json.ts';
import type { AttemptOutcome, NoResponse } from '../../../shared/http/attempt-outcome.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');

function answered(statusCode: number, headers: Readonly<Record<string, string>> = {}, body = ''): AttemptOutcome {
  return { kind: 'answered', response: { statusCode, headers, body }, millis: 5, phases: {} };
}

describe('the generic format', () => {
  it.each([200, 201, 202, 204, 299])('takes %i for accepted', (statusCode) => {
    expect(classify(answered(statusCode), jsonFormat, NOW)).toEqual({ kind: 'success', statusCode });
  });

  it.each([300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503])(
    'takes %i for a failure that is worth a retry',
    (statusCode) => {
      expect(classify(answered(statusCode), jsonFormat, NOW)).toEqual({ kind: 'failure', cause: { statusCode } });
    },
  );

  it('takes 410 for the end', () => {
    expect(classify(answered(410), jsonFormat, NOW)).toMatchObject({ kind: 'failure', final: 'gone' });
  });

  it.each(['dns-failed', 'connect-failed', 'tls-failed', 'connection-reset', 'protocol-violated', 'timeout'] as const)(
    'takes no answer (%s) for a failure that is worth a retry',
    (error: NoResponse) => {
      const result = classify({ kind: 'unanswered', error, millis: 1, phases: {} }, jsonFormat, NOW);
      expect(result).toEqual({ kind: 'failure', cause: { error } });
    },
  );

  it.each(['address-refused', 'url-refused'] as const)('takes %s for the end', (error) => {
    const result = classify({ kind: 'unanswered', error, millis: 1, phases: {} }, jsonFormat, NOW);
    expect(result).toEqual({ kind: 'failure', cause: { error }, final: error });
  });

  it('hands on the cause of no answer and its code', () => {
    const failure = { error: 'tls-failed', cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' } as const;
    const result = classify({ kind: 'unanswered', ...failure, millis: 1, phases: {} }, jsonFormat, NOW);
    expect(result).toEqual({ kind: 'failure', cause: failure });
  });

  it.each([
    [200, { 'content-type': 'text/html' }, '<script>window._cf_chl_opt = {}</script>'],
    [202, { 'x-amzn-waf-action': 'challenge' }, ''],
    [403, { 'cf-mitigated': 'challenge' }, ''],
    [503, { 'content-type': 'text/html; charset=UTF-8' }, '<script>window._cf_chl_opt={}</script>'],
  ])("takes a proxy's challenge page for a failure, whatever its status: %i", (statusCode, headers, body) => {
    const cause = { statusCode, cause: 'challenge-page' };
    expect(classify(answered(statusCode, headers, body), jsonFormat, NOW)).toEqual({ kind: 'failure', cause });
  });

  it.each([200, 204])('takes %i for accepted, though a page comes with it', (statusCode) => {
    const page = answered(statusCode, { 'content-type': 'text/html' }, '<html>Thanks!</html>');
    expect(classify(page, jsonFormat, NOW)).toEqual({ kind: 'success', statusCode });
  });

  it.each([
    [403, 'web-page'],
    [404, undefined],
    [500, undefined],
  ] as const)('names a page of %i only where that says where it comes from', (statusCode, cause) => {
    const page = answered(statusCode, { 'content-type': 'text/html' }, '<html>No.</html>');
    const named = { statusCode, ...(cause && { cause }) };
    expect(classify(page, jsonFormat, NOW)).toEqual({ kind: 'failure', cause: named });
  });

  it('reads how long the receiver wants to be left alone', () => {
    const outcome = answered(503, { 'retry-after': '7' });
    expect(classify(outcome, jsonFormat, NOW)).toMatchObject({ retryAfterMillis: 7_000 });
  });
});

describe('the issuer of a token', () => {
  const noToken = { kind: 'unanswered', error: 'no-token', millis: 1, phases: {} } as const;

  it.each([200, 204, 410])('decides nothing about the webhook by answering %i', (statusCode) => {
    const issuerResponse = { statusCode, headers: {}, body: '' };
    expect(classify({ ...noToken, issuerResponse }, jsonFormat, NOW)).toEqual({
      kind: 'failure',
      cause: { error: 'no-token' },
    });
  });

  it('may ask for patience', () => {
    const issuerResponse = { statusCode: 429, headers: { 'retry-after': '7' }, body: '' };
    expect(classify({ ...noToken, issuerResponse }, jsonFormat, NOW)).toMatchObject({ retryAfterMillis: 7_000 });
  });
});

describe('a format with its own reading', () => {
  const format: Format = {
    ...jsonFormat,
    classify: ({ statusCode, body }) =>
      statusCode === 409 || (statusCode === 200 && body === 'ok')
        ? { kind: 'success' }
        : { kind: 'failure', retryAfterMillis: 9_000 },
  };

  it('may call a 2xx a failure and its own duplicate a success', () => {
    expect(classify(answered(200, {}, 'rejected'), format, NOW)).toMatchObject({ kind: 'failure' });
    const page = answered(200, { 'content-type': 'text/html' }, '<html>Sign in</html>');
    expect(classify(page, format, NOW)).toMatchObject({ cause: { statusCode: 200, cause: 'web-page' } });
    expect(classify(answered(409), format, NOW)).toEqual({ kind: 'success', statusCode: 409 });
  });

  it('may know a wait that no header carries', () => {
    expect(classify(answered(429), format, NOW)).toMatchObject({ retryAfterMillis: 9_000 });
  });

  it.each([
    ['1', 9_000],
    ['9.5', 9_500],
    ['later', 9_000],
  ])('waits at least as long as each of them asks: Retry-After %s', (retryAfter, retryAfterMillis) => {
    const outcome = answered(429, { 'retry-after': retryAfter });
    expect(classify(outcome, format, NOW)).toMatchObject({ retryAfterMillis });
  });

  it('may read a response in the light of what the tenant chose', () => {
    const choosing: Format = {
      ...jsonFormat,
      classify: (_response, { lenient }) => ({ kind: lenient === 'yes' ? 'success' : 'failure' }),
    };
    expect(classify(answered(200), choosing, NOW, { lenient: 'yes' })).toMatchObject({ kind: 'success' });
    expect(classify(answered(200), choosing, NOW)).toMatchObject({ kind: 'failure' });
  });

  it('cannot make 410 anything but the end', () => {
    const lenient: Format = { ...jsonFormat, classify: () => ({ kind: 'success' }) };
    expect(classify(answered(410), lenient, NOW)).toMatchObject({ final: 'gone' });
  });
});

describe('a response that asks to disable the webhook', () => {
  const asking = (statusCode: number, value = 'disable') =>
    classify(
      {
        kind: 'answered',
        response: { statusCode, headers: { 'webhook-delivery': value }, body: '' },
        millis: 1,
        phases: {},
      },
      jsonFormat,
      NOW,
    );

  it.each([200, 302, 404, 503])('does so whatever becomes of the delivery: %i', (statusCode) => {
    expect(asking(statusCode)).toHaveProperty('asksToDisable', true);
    expect(asking(statusCode, ' Disable ')).toHaveProperty('asksToDisable', true);
  });

  it.each(['abort-message', 'enable', 'disabled', ''])('is none with another word: %j', (value) => {
    expect(asking(200, value)).not.toHaveProperty('asksToDisable');
  });

  it('needs to say nothing with 410, which disables by itself', () => {
    expect(asking(410)).toEqual({ kind: 'failure', cause: { statusCode: 410 }, final: 'gone' });
  });

  it('is one of the receiver, not of the issuer of a token', () => {
    const issuerResponse = { statusCode: 401, headers: { 'webhook-delivery': 'disable' }, body: '' };
    const outcome = { kind: 'unanswered', error: 'no-token', issuerResponse, millis: 1, phases: {} } as const;
    expect(classify(outcome, jsonFormat, NOW)).not.toHaveProperty('asksToDisable');
  });
});
