import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { findingSchema } from '../../../shared/finding/finding.schema.ts';
import { canonicalFinding } from '../../../shared/finding/finding.ts';
import { parseFindingEvent } from '../../../shared/finding/finding-event.schema.ts';
import { repairFinding } from '../../../shared/finding/finding-repair.ts';
import { FIRST_DETECTION } from '../../../shared/finding/lifecycle.ts';
import { anyWrittenFinding } from '../../builders/any-finding.ts';
import { aFinding, aFindingEvent } from '../../builders/finding.ts';
import { runs } from '../../thorough.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const parse = (body: string) => parseFindingEvent(body, NOW);

function eventWith(finding: object, rest: object = {}): string {
  return aFindingEvent({ tenantId: 'acme', finding: { ...aFinding(), ...finding }, ...rest });
}

describe('a finding event', () => {
  it('is read as tenant and finding', () => {
    expect(parse(aFindingEvent())).toEqual({
      kind: 'parsed',
      tenantId: 'acme',
      finding: aFinding(),
      lifecycle: FIRST_DETECTION,
      repairs: [],
    });
  });

  it('keeps unknown fields out, and is not refused for them', () => {
    const event = eventWith({ confidence: 0.9, severity: { level: 'high', score: 82, vector: 'AV:N' } }, { extra: 1 });
    expect(parse(event)).toEqual({
      kind: 'parsed',
      tenantId: 'acme',
      finding: aFinding(),
      lifecycle: FIRST_DETECTION,
      repairs: [],
    });
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
    ['an unknown severity', eventWith({ severity: { level: 'catastrophic', score: 1 } }), 'finding.severity.level'],
    ['a number for a tenant', aFindingEvent({ tenantId: 7, finding: aFinding() }), 'detail.tenantId'],
    ['no finding', aFindingEvent({ tenantId: 'acme' }), 'detail.finding.id'],
    ['a list of findings', aFindingEvent({ tenantId: 'acme', finding: [aFinding()] }), 'detail.finding.title'],
    ['no id', eventWith({ id: undefined }), 'detail.finding.id'],
    ['an empty title', eventWith({ title: '' }), 'detail.finding.title'],
    ['a truth value for a title', eventWith({ title: true }), 'detail.finding.title'],
    ['no severity', eventWith({ severity: undefined }), 'detail.finding.severity.level'],
  ])('with %s is rejected, naming the place', (_what, body, position) => {
    expect(parse(body)).toMatchObject({ kind: 'rejected', reason: expect.stringContaining(position) });
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

  it('keeps the digits of numbers that are larger than JavaScript has', () => {
    const attributes = { time: 'AT', most: 'MOST' };
    const body = eventWith({ id: 'ID', affected: 'AFFECTED', detectedAt: 'AT', attributes })
      .replace('"ID"', '12345678901234567890')
      .replace('"AFFECTED"', '{"type":"asset","id":8123456789012345678,"name":""}')
      .replaceAll('"AT"', '1795428000455536915')
      .replace('"MOST"', '1e400');
    expect(parse(body)).toMatchObject({
      kind: 'parsed',
      finding: {
        id: '12345678901234567890',
        affected: { id: '8123456789012345678' },
        detectedAt: '2026-11-23T10:00:00.455Z',
        attributes: { time: '1795428000455536915', most: '1e400' },
      },
    });
  });

  it.each(['42', '12345678901234567890', '1e400'])('has no tenant if its tenantId is the number %s', (number) => {
    const body = aFindingEvent({ tenantId: 'TENANT', finding: aFinding() }).replace('"TENANT"', number);
    expect(parse(body)).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('detail.tenantId') });
  });

  it('is read although it is nested deeper than digits can be kept in', () => {
    const deep = `${'['.repeat(50_000)}1795428000455536915${']'.repeat(50_000)}`;
    const body = aFindingEvent({ tenantId: 'acme', finding: { ...aFinding(), deep: 'DEEP' } }).replace('"DEEP"', deep);
    expect(parse(body).kind).toBe('parsed');
  });

  it('is rejected without quoting what it holds, in a reason that fits an attribute', () => {
    const secretive = eventWith({ title: '', platform: 8, id: '', affected: 'hunter2', severity: 'hunter2' });
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

  it('has a canonical text whatever its texts are, and the one it was published with if that can be written as UTF-8', () => {
    const text = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), minLength: 1 });
    fc.assert(
      fc.property(text, text, text, text, (title, name, summary, path) => {
        const finding = aFinding({
          title,
          affected: { type: 'asset', id: 'i-1', name },
          remediation: { summary, url: `https://docs.example/${path}` },
        });
        const parsed = parse(aFindingEvent({ tenantId: 'acme', finding }));
        const canonical = parsed.kind === 'parsed' && canonicalFinding(parsed.finding);
        const isAsAsked =
          [title, name, summary, path].every((part) => part.isWellFormed()) && !/[\s\p{Cc}]/u.test(path);
        expect(parsed).toMatchObject({ kind: 'parsed' });
        expect(isAsAsked).toBe(parsed.kind === 'parsed' && parsed.repairs.length === 0);
        if (isAsAsked) {
          expect(canonical).toBe(canonicalFinding(finding));
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

describe('a finding that needs a repair', () => {
  const url = 'https://docs.example/dormant';

  it('is repaired, and says which fields were', () => {
    const body = eventWith({ severity: { level: 'HIGH', score: '82' }, remediation: { summary: 's', url: null } });
    expect(parse(body)).toEqual({
      kind: 'parsed',
      tenantId: 'acme',
      finding: aFinding({ remediation: { summary: 's' } }),
      lifecycle: FIRST_DETECTION,
      repairs: [
        { field: 'severity.level', kind: 'respelled' },
        { field: 'severity.score', kind: 'respelled' },
        { field: 'remediation.url', kind: 'dropped' },
      ],
    });
  });

  it.each([
    ['the time of its event', { time: '2026-11-23T10:00:01Z' }, '2026-11-23T10:00:01.000Z'],
    ['the time at which the queue took it, if its event has none', {}, '2026-11-23T10:00:02.000Z'],
    ['the same, if that of its event is as wrong', { time: '1970-01-01T00:00:00Z' }, '2026-11-23T10:00:02.000Z'],
  ])('takes %s in the place of an unusable one', (_what, envelope, expected) => {
    const detail = { tenantId: 'acme', finding: { ...aFinding(), detectedAt: 'soon' } };
    const sentAt = Date.parse('2026-11-23T10:00:02Z');
    for (const now of [NOW, NOW + 3_600_000]) {
      const parsed = parseFindingEvent(JSON.stringify({ detail, ...envelope }), now, sentAt);
      expect(parsed).toMatchObject({ kind: 'parsed', finding: { detectedAt: expected } });
    }
  });

  it.each([
    [
      'severity',
      [
        { level: 'High', score: 82 },
        { level: 'HIGH', score: 82 },
        { level: 'important', score: '82.0' },
      ],
    ],
    [
      'detectedAt',
      [
        '2026-11-23t10:00:00z',
        '2026-11-23 12:00:00+0200',
        1_795_428_000_000,
        '2026-11-23T10:00Z',
        '2026-11-23T10:00:00',
      ],
    ],
    ['affected', ['User', 'user', ' USER '].map((type) => ({ type, id: '00u1x', name: 'jane@acme.example' }))],
    ['remediation', [` ${url}`, `HTTPS${url.slice(5)}`, `${url}\u00a0`].map((link) => ({ summary: 's', url: link }))],
    ['platform', [null, '', undefined, {}]],
  ])('is the same finding in whatever way its %s is spelled', (field, spellings) => {
    const canonical = spellings.map((spelling) => {
      const parsed = parse(eventWith({ [field]: spelling }));
      return parsed.kind === 'parsed' && canonicalFinding(parsed.finding);
    });
    expect(new Set(canonical).size).toBe(1);
  });

  it('is two findings if two long ids differ only at their ends', () => {
    const [one, other] = ['1', '2'].map((end) => parse(eventWith({ id: `${'x'.repeat(3_000)}${end}` })));
    expect(one).toMatchObject({ kind: 'parsed' });
    expect(one).not.toEqual(other);
  });
});

/** The contract of 0.1.0, by hand: what it took keeps its bytes, and so the ids of its deliveries. */
const textOf = (min: number, max: number) =>
  z.string().refine((text) => [...text].length >= min && [...text].length <= max && text.isWellFormed());
const contractOf010 = z.object({
  id: textOf(1, 128),
  title: textOf(1, 512),
  severity: z.object({
    level: z.enum(['critical', 'high', 'medium', 'low', 'info']),
    score: z.number().min(0).max(100),
  }),
  affected: z.object({ type: z.enum(['identity', 'asset']), id: textOf(1, 128), name: textOf(0, 512) }),
  platform: textOf(1, 128),
  detectedAt: z.iso.datetime({ offset: true }).max(64),
  remediation: z.object({
    summary: textOf(0, 4_000),
    url: z
      .string()
      .regex(/^https?:\/\/[^\s\p{Cc}]+$/u)
      .max(2_048)
      .refine((text) => text.isWellFormed() && URL.canParse(text))
      .exactOptional(),
  }),
});

describe('the revision of an event', () => {
  const revisionOf = (revision: unknown) => {
    const parsed = parse(aFindingEvent({ tenantId: 'acme', finding: aFinding(), revision }));
    return parsed.kind === 'parsed' && [parsed.lifecycle, parsed.repairs.map(({ field, kind }) => `${field} ${kind}`)];
  };

  it.each<[string, unknown, number, string[]]>([
    ['absent', undefined, 1, []],
    ['a whole number', 7, 7, []],
    ['the greatest that JSON carries', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, []],
    ['a number as text', '7', 7, ['revision respelled']],
    ['none of these', 'newest', 1, ['revision dropped']],
    ['zero', 0, 1, ['revision dropped']],
    ['a fraction', 1.5, 1, ['revision dropped']],
    ['null', null, 1, ['revision dropped']],
  ])('is understood if it is %s', (_what, written, revision, repairs) => {
    expect(revisionOf(written)).toEqual([{ event: 'detected', revision }, repairs]);
  });
});

describe('a finding that 0.1.0 took', () => {
  it('keeps its bytes', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyWrittenFinding, fc.integer({ min: 1, max: 128 }), (finding, characters) => {
        const written = shortened(findingSchema.parse(finding), characters);
        const old = contractOf010.safeParse(written);
        if (old.success) {
          taken += 1;
          expect(parse(aFindingEvent({ tenantId: 'acme', finding: old.data }))).toMatchObject({
            kind: 'parsed',
            lifecycle: FIRST_DETECTION,
            repairs: [],
            finding: old.data,
          });
          const parsed = parse(aFindingEvent({ tenantId: 'acme', finding: old.data }));
          expect(parsed.kind === 'parsed' && canonicalFinding(parsed.finding)).toBe(canonicalFinding(old.data));
          // Beside a field that needs a repair, all others keep theirs too.
          expect(repairFinding(old.data, { now: NOW, published: NOW })).toEqual({
            kind: 'repaired',
            finding: old.data,
            repairs: [],
          });
        }
      }),
      { numRuns: runs(300) },
    );
    expect(taken).toBeGreaterThan(runs(250));
  });
});

/** With ids that 0.1.0 took. */
function shortened(finding: z.infer<typeof findingSchema>, characters: number) {
  const { id, affected } = finding;
  const short = (text: string) => [...text].slice(0, characters).join('');
  return { ...finding, id: short(id), affected: { ...affected, id: short(affected.id) } };
}

describe('an event with a tenant, an id, a title and a word for its severity', () => {
  const words = ['critical', 'High', 'MODERATE', ' informational ', 'low'];
  const anyId = fc.string({ unit: 'binary', minLength: 1, maxLength: 3_000 });
  const anyJson = fc.jsonValue({ maxDepth: 3 });
  const anyMember = fc.oneof(
    anyJson,
    fc.string({ unit: 'binary' }),
    fc.constantFrom(undefined, '\ud83d', 1e300, -1, ''),
  );

  /** An object with any of these members, or any other JSON. */
  const anyPart = (...names: readonly string[]) =>
    fc.oneof(anyMember, fc.record(Object.fromEntries(names.map((name) => [name, anyMember])), { requiredKeys: [] }));

  it('is never refused, whatever the rest of it holds', () => {
    const anyEvent = fc.record({
      id: anyId,
      title: fc.string({ unit: 'binary', minLength: 1, maxLength: 2_000 }),
      level: fc.constantFrom(...words),
      score: anyMember,
      isWordAlone: fc.boolean(),
      affected: anyPart('type', 'id', 'name', 'originalType'),
      platform: anyMember,
      detectedAt: anyMember,
      remediation: anyPart('summary', 'url'),
      others: fc.dictionary(
        fc.string().filter((name) => !(name in aFinding())),
        anyJson,
        { maxKeys: 3 },
      ),
      envelope: anyPart('time', 'id', 'account', 'resources'),
    });
    fc.assert(
      fc.property(anyEvent, ({ level, score, isWordAlone, others, envelope, ...rest }) => {
        const finding = { ...others, ...rest, severity: isWordAlone ? level : { level, score } };
        const around = typeof envelope === 'object' ? envelope : {};
        const body = JSON.stringify({ ...around, detail: { tenantId: 'acme', finding } });
        const parsed = parse(body);
        expect(parsed).toMatchObject({ kind: 'parsed', tenantId: 'acme' });
        // The same parser reads messages and rows.
        expect(parsed.kind === 'parsed' && findingSchema.safeParse(parsed.finding).success).toBe(true);
      }),
      { numRuns: runs(3_000) },
    );
  });
});
