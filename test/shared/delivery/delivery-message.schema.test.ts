import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDeliveryMessage, serializeDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding, aFinding } from '../../builders/finding.ts';

const body = (overrides: object) =>
  JSON.stringify({ ...JSON.parse(serializeDeliveryMessage(aDeliveryMessage())), ...overrides });

describe('a delivery message', () => {
  it('of a later event has a version that an old send sets aside, and every other the one that it reads', () => {
    const versionOf = (fields: object) => JSON.parse(serializeDeliveryMessage({ ...aDeliveryMessage(), ...fields })).v;
    expect([versionOf({}), versionOf({ revision: 7 }), versionOf({ event: 'resolved', revision: 7 })]).toEqual([
      1, 1, 2,
    ]);
    const message = { ...aDeliveryMessage(), event: 'resolved', revision: 7 } as const;
    expect(parseDeliveryMessage(serializeDeliveryMessage(message))).toMatchObject({ kind: 'parsed', message });
  });

  it.each([
    ['a first attempt', aDeliveryMessage()],
    ['a retry', aDeliveryMessage({ attempt: 3 })],
    ['one that holds a turn', aDeliveryMessage({ turn: { at: 9, line: 7 } })],
    ['one that was sent on', aDeliveryMessage({ sentOn: true })],
    ['a redrive message', aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' })],
  ])('comes back as it went: %s', (_what, message) => {
    expect(parseDeliveryMessage(serializeDeliveryMessage(message))).toEqual({
      kind: 'parsed',
      message,
      finding: aFinding(),
    });
  });

  it('that says where it was in words of a later version has been somewhere', () => {
    expect(parseDeliveryMessage(body({ sentOn: { from: 'elsewhere' } }))).toMatchObject({
      kind: 'parsed',
      message: { sentOn: true },
    });
  });

  it('whose turn is of a later version has waited all the same, for a turn of no line', () => {
    for (const turn of ['soon', { at: 'noon', line: 0 }, null]) {
      const parsed = parseDeliveryMessage(body({ turn }));
      expect(parsed).toMatchObject({ kind: 'parsed', message: { turn: { at: 0, line: -1 } } });
    }
  });

  it.each([
    ['an unknown version', { v: 3 }, 'v: this service reads versions 1 and 2'],
    ['no version', { v: undefined }, 'v: this service reads versions 1 and 2'],
    ['a bad tenant', { tenantId: 'a#b' }, 'tenantId'],
    ['a bad webhook', { webhookId: '' }, 'webhookId'],
    ['an id that would break the signature', { deliveryId: 'dlv_a.b' }, 'deliveryId'],
    ['attempt 0', { attempt: 0 }, 'attempt'],
    ['an absurd attempt', { attempt: Number.MAX_SAFE_INTEGER }, 'attempt'],
    ['an attempt with a fraction', { attempt: 1.5 }, 'attempt'],
    ['another actor who re-opens', { reopen: 'intruder' }, 'reopen'],
    ['a finding that is no JSON', { finding: 'x' }, 'finding'],
    ['a finding without a title', { finding: '{}' }, 'finding'],
    [
      'a link that is no Unicode text',
      { finding: aCanonicalFinding().replace('https://docs.example/dormant', 'https://docs.example/\\ud83d') },
      'remediation.url',
    ],
    [
      'half a surrogate pair in an unknown field',
      { finding: aCanonicalFinding().replace('{', '{"extra":"\ud83d",') },
      'finding: holds a lone surrogate',
    ],
  ])('with %s is rejected, saying why', (_what, overrides, reason) => {
    expect(parseDeliveryMessage(body(overrides))).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining(reason),
    });
  });

  it('is text that SQS accepts, whatever the finding says', () => {
    const text = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), minLength: 1 });
    const titles = fc.oneof(text, fc.constant('\uffff\ufffe'), fc.string({ unit: 'binary', minLength: 1 }));
    fc.assert(
      fc.property(titles, (raw) => {
        const title = raw.toWellFormed().slice(0, 500);
        const message = aDeliveryMessage({ finding: aCanonicalFinding({ title: title.toWellFormed() }) });
        const written = serializeDeliveryMessage(message);
        // The set that the reference of SendMessage names.
        expect(written).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        expect(parseDeliveryMessage(written)).toMatchObject({ message });
      }),
    );
  });

  it('may hold fields of a later version that do not change its meaning', () => {
    expect(parseDeliveryMessage(body({ traceId: '1-67' }))).toMatchObject({ kind: 'parsed' });
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseDeliveryMessage(text).kind).toBe('rejected');
      }),
    );
  });
});
