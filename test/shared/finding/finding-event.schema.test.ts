import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalFinding } from '../../../shared/finding/finding.ts';
import { parseFindingEvent } from '../../../shared/finding/finding-event.schema.ts';
import { aFinding, aFindingEvent } from '../../builders/finding.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const parse = (body: string) => parseFindingEvent(body, NOW);

function eventWith(finding: object, rest: object = {}): string {
  return aFindingEvent({ tenantId: 'acme', finding: { ...aFinding(), ...finding }, ...rest });
}

describe('a finding event', () => {
  it('is read as tenant and finding', () => {
    expect(parse(aFindingEvent())).toEqual({ kind: 'parsed', tenantId: 'acme', finding: aFinding() });
  });

  it('keeps unknown fields out, and is not refused for them', () => {
    const event = eventWith({ confidence: 0.9, severity: { level: 'high', score: 82, vector: 'AV:N' } }, { extra: 1 });
    expect(parse(event)).toEqual({ kind: 'parsed', tenantId: 'acme', finding: aFinding() });
  });

  it('keeps the time of detection as it was written', () => {
    const parsed = parse(eventWith({ detectedAt: '2026-11-23T12:00:00+02:00' }));
    expect(parsed).toMatchObject({ finding: { detectedAt: '2026-11-23T12:00:00+02:00' } });
  });

  it.each([
    ['no JSON', '{', 'body'],
    ['a JSON array', '[]', 'body'],
    ['no detail', '{}', 'detail'],
    ['no tenant', aFindingEvent({ finding: aFinding() }), 'detail.tenantId'],
    ['a tenant with a key separator', aFindingEvent({ tenantId: 'a#b', finding: aFinding() }), 'detail.tenantId'],
    ['an empty tenant', aFindingEvent({ tenantId: '', finding: aFinding() }), 'detail.tenantId'],
    ['an unknown severity', eventWith({ severity: { level: 'urgent', score: 1 } }), 'finding.severity.level'],
    ['a score as text', eventWith({ severity: { level: 'low', score: '1' } }), 'finding.severity.score'],
    ['a score of 101', eventWith({ severity: { level: 'low', score: 101 } }), 'finding.severity.score'],
    ['a number for a title', eventWith({ title: 7 }), 'finding.title'],
    ['an empty title', eventWith({ title: '' }), 'finding.title'],
    ['a title of 1 MB', eventWith({ title: 'x'.repeat(1_000_000) }), 'finding.title'],
    ['a title of 513 characters', eventWith({ title: '🔑'.repeat(513) }), 'finding.title'],
    ['half a surrogate pair', eventWith({ title: 'a\ud83d' }), 'finding.title'],
    ['an affected robot', eventWith({ affected: { type: 'robot', id: '1', name: 'r' } }), 'finding.affected.type'],
    ['a date without time', eventWith({ detectedAt: '2026-11-23' }), 'finding.detectedAt'],
    ['a local time', eventWith({ detectedAt: '2026-11-23T10:00:00' }), 'finding.detectedAt'],
    ['a time with endless digits', eventWith({ detectedAt: `2026-11-23T10:00:00.${'0'.repeat(90)}Z` }), 'detectedAt'],
    ['a detection in 1999', eventWith({ detectedAt: '1999-12-31T00:00:00Z' }), 'finding.detectedAt'],
    ['a detection in three days', eventWith({ detectedAt: '2026-11-26T00:00:00Z' }), 'finding.detectedAt'],
    ['a link that is a script', eventWith({ remediation: { summary: 's', url: 'javascript:x' } }), 'remediation.url'],
    ['a link with a space', eventWith({ remediation: { summary: 's', url: 'https://a b/' } }), 'remediation.url'],
    [
      'a link with half a surrogate pair',
      eventWith({ remediation: { summary: 's', url: 'https://a.example/\ud83d' } }),
      'url',
    ],
    ['no remediation', eventWith({ remediation: undefined }), 'finding.remediation'],
  ])('with %s is rejected, naming the place', (_what, body, mount) => {
    expect(parse(body)).toMatchObject({ kind: 'rejected', reason: expect.stringContaining(mount) });
  });

  it.each([
    ['512 characters outside the basic plane', { title: '🔑'.repeat(512) }],
    ['an empty name', { affected: { type: 'asset', id: 'i-1', name: '' } }],
    ['no link', { remediation: { summary: 'Look.' } }],
    ['a link in other scripts', { remediation: { summary: 's', url: 'https://b\u00fccher.example/\u00fc' } }],
    ['a score with a fraction', { severity: { level: 'low', score: 12.5 } }],
    ['control characters', { title: 'tab\tand\u0000nul' }],
  ])('with %s is accepted', (_what, finding) => {
    expect(parse(eventWith(finding)).kind).toBe('parsed');
  });

  it('is rejected without quoting what it holds, in a reason that fits an attribute', () => {
    const secretive = eventWith({ title: 7, platform: 8, id: '', affected: 'hunter2', remediation: 'hunter2' });
    const parsed = parse(secretive);
    const reason = parsed.kind === 'rejected' ? parsed.reason : '';
    expect(reason).not.toContain('hunter2');
    expect(reason.length).toBeLessThanOrEqual(500);
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(['parsed', 'rejected']).toContain(parse(body).kind);
      }),
    );
  });

  it('is rejected if any of its texts cannot be written as UTF-8: else it would have no canonical text', () => {
    const text = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), minLength: 1 });
    fc.assert(
      fc.property(text, text, text, text, (title, name, summary, path) => {
        const finding = aFinding({
          title,
          affected: { type: 'asset', id: 'i-1', name },
          remediation: { summary, url: `https://docs.example/${path}` },
        });
        const parsed = parse(aFindingEvent({ tenantId: 'acme', finding }));
        const isWellFormed = [title, name, summary, path].every((part) => part.isWellFormed());
        expect(parsed.kind === 'parsed').toBe(isWellFormed && !/[\s\p{Cc}]/u.test(path));
        if (parsed.kind === 'parsed') {
          expect(canonicalFinding(parsed.finding)).toBe(canonicalFinding(finding));
        }
      }),
    );
  });

  it('comes out with the same canonical text, whatever its text is', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(text, text, (title, summary) => {
        const finding = aFinding({ title, remediation: { summary } });
        const parsed = parse(aFindingEvent({ tenantId: 'acme', finding }));
        expect(parsed.kind === 'parsed' && canonicalFinding(parsed.finding)).toBe(canonicalFinding(finding));
      }),
    );
  });
});
