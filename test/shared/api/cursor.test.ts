import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorScope, openCursor, sealCursor } from '../../../shared/api/cursor.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';

const KEY = 'the-key';
const scope: CursorScope = { tenantId: aTenantId(), webhookId: aWebhookId(), list: 'failures:failed' };
const position = ['1795435200000', 'dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD'];
const cursor = sealCursor(KEY, scope, position);

describe('a cursor', () => {
  it('gives back the place that it was made of, whatever that is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
        expect(openCursor(KEY, scope, sealCursor(KEY, scope, parts))).toEqual(parts);
      }),
    );
  });

  it('goes into a URL as it is, and is the same for the same place', () => {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(sealCursor(KEY, scope, position)).toBe(cursor);
  });

  it('says nothing of whose list it is', () => {
    const content = Buffer.from(cursor, 'base64url').subarray(16).toString();
    expect(JSON.parse(content)).toEqual(position);
  });

  it.each<[string, string, CursorScope]>([
    ['tenant', KEY, { ...scope, tenantId: aTenantId('globex') }],
    ['webhook', KEY, { ...scope, webhookId: aWebhookId('wh_other') }],
    ['list or filter', KEY, { ...scope, list: 'failures:held' }],
    ['key', 'another-key', scope],
  ])('opens nothing for another %s', (_what, key, other) => {
    expect(openCursor(key, other, cursor)).toBeUndefined();
  });

  it('tells the parts of its scope apart, wherever one ends and the next begins', () => {
    const shifted = { ...scope, webhookId: aWebhookId(`${scope.webhookId}f`), list: 'ailures:failed' };
    expect(openCursor(KEY, shifted, cursor)).toBeUndefined();
  });

  it('opens nothing once a bit of it is changed, or it is cut', () => {
    const bytes = Buffer.from(cursor, 'base64url');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(openCursor(KEY, scope, changed.toString('base64url'))).toBeUndefined();
      }),
    );
    for (let length = 0; length < bytes.length; length += 1) {
      expect(openCursor(KEY, scope, bytes.subarray(0, length).toString('base64url'))).toBeUndefined();
    }
  });

  it('refuses every made-up text, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        expect(openCursor(KEY, scope, text)).toBeUndefined();
      }),
    );
  });
});
