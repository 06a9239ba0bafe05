import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../../shared/attempt/attempt-advice.ts';
import { ATTEMPT_CAUSES, type NoResponse } from '../../../shared/http/attempt-outcome.ts';
import { CAUSE_WORDS } from '../../../shared/http/failure-causes.ts';

/** Typed so that a new kind of error cannot go without. */
const whatToDo: Readonly<Record<NoResponse, RegExp>> = {
  'no-token': /client secret/,
  'url-refused': /change it to an HTTPS URL/,
  'address-refused': /^The destination's address is not allowed: webhooks go to public addresses only\.$/,
  'dns-failed': /check its spelling/,
  'connect-failed': /firewall/,
  'tls-failed': /certificate/,
  'connection-reset': /logs/,
  'protocol-violated': /web server/,
  timeout: /answer at once/,
};

/** A point within a number ends nothing. */
const oneSentence = /^[A-Z][^.:!?\n]*: (?:[^.:!?\n]|\d\.\d)+\.$/;

describe('the advice on a failed attempt', () => {
  it.each(Object.entries(whatToDo) as [NoResponse, RegExp][])('says what to do about %s', (error, advice) => {
    expect(adviceFor({ error })).toMatch(advice);
  });

  it.each([
    [200, /its response does not say that the finding is where it belongs/],
    [202, /its response does not say that the finding is where it belongs/],
    [301, /change the URL to the final one/],
    [304, /not a status that means success/],
    [308, /change the URL to the final one/],
    [400, /format and options/],
    [401, /secret, credentials and headers/],
    [403, /secret, credentials and headers/],
    [404, /the URL's path/],
    [405, /kind of request/],
    [409, /the reason in its response/],
    [410, /its new URL, and resume it/],
    [413, /up to 64 KB/],
    [415, /format and options/],
    [418, /the reason in its response/],
    [422, /format and options/],
    [429, /raise its limit/],
    [500, /the reason in its logs/],
    [503, /the reason in its logs/],
    [999, /from 200 to 299/],
  ])('says what to do about the status %i', (statusCode, advice) => {
    expect(adviceFor({ statusCode })).toMatch(advice);
    expect(adviceFor({ statusCode })).toContain(`answered ${statusCode}`);
  });

  it('is one sentence, whatever the receiver answers, that says what is wrong and then what to do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), (statusCode) => {
        expect(adviceFor({ statusCode })).toMatch(oneSentence);
      }),
    );
    for (const error of Object.keys(whatToDo) as NoResponse[]) {
      expect(adviceFor({ error })).toMatch(oneSentence);
    }
  });

  it.each(ATTEMPT_CAUSES.filter((cause) => !cause.endsWith('-page')))(
    'says what to do about just that: %s',
    (cause) => {
      const advice = adviceFor({ error: 'tls-failed', cause });
      expect(advice).toBe(CAUSE_WORDS[cause].advice);
      expect(advice).toMatch(oneSentence);
    },
  );

  it.each(['challenge-page', 'web-page'] as const)('says what to do about a response that is a %s', (cause) => {
    const advice = adviceFor({ statusCode: 403, cause });
    expect(advice).toBe(CAUSE_WORDS[cause].advice);
    expect(advice).toMatch(oneSentence);
  });

  it('says that a cause is unknown, with its code', () => {
    const unknown = { error: 'tls-failed', cause: 'unknown' } as const;
    expect(adviceFor(unknown)).toMatch(/that we do not know: .*tell us the code\.$/);
    expect(adviceFor({ ...unknown, code: 'ERR_SSL_SSL/TLS_ALERT_NEW' })).toMatch(
      /tell us the code ERR_SSL_SSL\/TLS_ALERT_NEW\.$/,
    );
  });

  it('goes by the status where a later version knows a cause that this one does not', () => {
    expect(adviceFor({ statusCode: 503, cause: 'unknown' })).toBe(adviceFor({ statusCode: 503 }));
  });

  it('blames the token URL, not the receiver or the credentials, where that could not be reached', () => {
    expect(adviceFor({ error: 'no-token', cause: 'timeout-tls' })).toMatch(
      /host of the token URL could not be reached/,
    );
  });

  it.each([
    ['no-token', 'token-refused'],
    ['no-token', 'token-type'],
    ['address-refused', 'token-url-refused'],
  ] as const)('says that it was the token URL where that refused or was refused: %s', (error, cause) => {
    expect(adviceFor({ error, cause })).toBe(CAUSE_WORDS[cause].advice);
    expect(adviceFor({ error, cause })).toMatch(/^The token URL/);
  });

  it('has its own words for every cause', () => {
    const words = ATTEMPT_CAUSES.map((cause) => CAUSE_WORDS[cause]);
    for (const property of ['name', 'advice'] as const) {
      expect(new Set(words.map((of) => of[property])).size).toBe(ATTEMPT_CAUSES.length);
    }
  });
});
