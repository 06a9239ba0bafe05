import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryIdBound, deliveryIdOf, detectedAtOf } from '../../../shared/delivery/delivery-id.ts';
import { LATER_EVENTS, type Lifecycle } from '../../../shared/finding/lifecycle.ts';
import { type DeliveryId, parseDeliveryId } from '../../../shared/runtime/ids.ts';
import { aCanonicalFinding, aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';

const { detectedAt } = aFinding();
const id = deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, aCanonicalFinding());

const idOf = (lifecycle: Lifecycle) =>
  deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, aCanonicalFinding(), lifecycle);

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
    ['another event', idOf({ event: 'resolved', revision: 1 })],
    ['another revision', idOf({ event: 'detected', revision: 2 })],
  ])('differs for %s', (_what, other) => {
    expect(other).not.toBe(id);
  });

  it('differs for each event of the same content', () => {
    const lives = [2, 3].flatMap((revision) => LATER_EVENTS.map((event) => idOf({ event, revision })));
    expect(new Set(lives).size).toBe(lives.length);
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

/** Instants of findings, to the millisecond, and many of the same or neighbouring ones. */
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2000), max: Date.UTC(2100) }),
  fc.integer({ min: Date.parse(detectedAt) - 2, max: Date.parse(detectedAt) + 2 }),
);

function idAt(millis: number, title = ''): DeliveryId {
  return deliveryIdOf(aTenantId(), aWebhookId(), new Date(millis).toISOString(), aCanonicalFinding({ title }));
}

describe('the time of detection', () => {
  it('is read from the id that it went into', () => {
    fc.assert(
      fc.property(instants, fc.string(), (millis, title) => {
        expect(detectedAtOf(idAt(millis, title))).toBe(millis);
      }),
    );
  });

  it.each([
    'dlv_test_0000',
    'dlv_1',
    'dlv_01JDPX8Z0',
    'dlv_01JDPX8ZIO5Q2N7X9W3V6T1RHD',
    'dlv_01jdpx8z0g5q2n7x9w3v6t1rhd',
  ])('is not read from what is no id of ours: %s', (text) => {
    const other = parseDeliveryId(text);
    expect(other).toBeDefined();
    expect(other && detectedAtOf(other)).toBeUndefined();
  });
});

describe('the bound of an instant', () => {
  it('sorts before the ids of then and later, and after those of earlier', () => {
    fc.assert(
      fc.property(instants, instants, fc.string(), (bound, millis, title) => {
        expect(deliveryIdBound(bound) < idAt(millis, title)).toBe(bound <= millis);
      }),
      { numRuns: 500 },
    );
  });
});
