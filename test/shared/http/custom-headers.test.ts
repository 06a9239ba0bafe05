import { describe, expect, it } from 'vitest';
import { checkCustomHeader } from '../../../shared/http/custom-headers.ts';

describe("a webhook's own header", () => {
  it.each([
    ['authorization', 'Splunk 7f3c', undefined],
    ['X-Api-Key', 'k', undefined],
    ['x-team', 'blue team', undefined],
    ['', 'v', 'malformed-name'],
    ['bad name', 'v', 'malformed-name'],
    ['bad:name', 'v', 'malformed-name'],
    ['x-ok\r\nx-evil', 'v', 'malformed-name'],
    ['__proto__', 'v', 'malformed-name'],
    ['__PROTO__', 'v', 'malformed-name'],
    ['Content-Type', 'text/plain', 'reserved-name'],
    ['HOST', 'internal', 'reserved-name'],
    ['transfer-encoding', 'chunked', 'reserved-name'],
    ['Webhook-Id', 'forged', 'reserved-name'],
    ['x-thalian-signature', 'forged', 'reserved-name'],
    ['proxy-authorization', 'x', 'reserved-name'],
    ['x-ok', 'a\r\nx-evil: 1', 'malformed-value'],
    ['x-ok', 'a\nb', 'malformed-value'],
    ['x-ok', '', 'malformed-value'],
    ['x-ok', ' leading', 'malformed-value'],
    ['x-ok', 'ümlaut', 'malformed-value'],
    ['x-ok', 'x'.repeat(2_049), 'malformed-value'],
  ])('%j: %j is %s', (name, value, refusal) => {
    expect(checkCustomHeader(name, value)).toBe(refusal);
  });
});
