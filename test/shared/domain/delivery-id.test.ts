import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryIdOf } from '../../../shared/domain/delivery-id.ts';
import { parseDeliveryId } from '../../../shared/domain/ids.ts';
import { aCanonicalFinding, aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';

const { detectedAt } = aFinding();
const id = deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, aCanonicalFinding());

describe('a delivery id', () => {
  it('is a ULID behind dlv_', () => {
    expect(id).toMatch(/^dlv_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(parseDeliveryId(id)).toBe(id);
  });

  it('carries the time of detection in its first ten characters', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const millis = [...id.slice(4, 14)].reduce((sum, character) => sum * 32 + alphabet.indexOf(character), 0);
    expect(millis).toBe(Date.parse(detectedAt));
  });

  it('carries the first 80 bits of the SHA-256 of scheme, tenant, webhook and finding', () => {
    const text = ['v1', 'acme', 'wh_siem', aCanonicalFinding()].join('\n');
    const bits = createHash('sha256').update(text).digest('hex').slice(0, 20);
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const read = [...id.slice(14)].reduce((sum, character) => sum * 32n + BigInt(alphabet.indexOf(character)), 0n);
    expect(read.toString(16).padStart(20, '0')).toBe(bits);
  });

  it('is the same for a duplicate event', () => {
    expect(deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, aCanonicalFinding())).toBe(id);
  });

  it.each([
    ['another tenant', deliveryIdOf(aTenantId('globex'), aWebhookId(), detectedAt, aCanonicalFinding())],
    ['another webhook', deliveryIdOf(aTenantId(), aWebhookId('wh_chat'), detectedAt, aCanonicalFinding())],
    ['changed content', deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, aCanonicalFinding({ title: 'Worse' }))],
  ])('differs for %s', (_what, other) => {
    expect(other).not.toBe(id);
  });

  it('sorts as the detections do', () => {
    const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        const ids = [one, other].map((date) =>
          deliveryIdOf(aTenantId(), aWebhookId(), date.toISOString(), aCanonicalFinding()).slice(0, 14),
        );
        expect(String(ids[0]) <= String(ids[1])).toBe(one <= other || ids[0] === ids[1]);
      }),
    );
  });
});
