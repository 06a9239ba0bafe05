/** 10,000 generated templates: each makes JSON within its bounds of any finding, or is refused with words at save. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileTemplate,
  TEMPLATE_BOUNDS,
  templateRefusal,
} from '../../../../shared/destinations/template/compile-template.ts';
import { MAX_TEMPLATE_BODY_BYTES } from '../../../../shared/destinations/template/render-template.ts';
import { format } from '../../../../shared/destinations/template/template.ts';
import type { Finding } from '../../../../shared/finding/finding.ts';
import { anyFinding } from '../../../builders/any-finding.ts';
import { anyTemplate } from '../../../builders/any-template.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { aLongestFinding, HOSTILE_TEXT, theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput } from '../../../builders/rendered.ts';
import { runs } from '../../../thorough.ts';

/** What no parser lets pass: whatever comes, the body is JSON. */
function unparsed(parts: object): Finding {
  return { ...aFinding(), ...parts } as Finding;
}

const LONG = HOSTILE_TEXT.repeat(400).slice(0, 64 * 1024);

const UNPARSED: readonly Finding[] = [
  unparsed({ title: LONG, description: LONG, remediation: { summary: LONG, url: LONG } }),
  unparsed({ title: 'half \ud83d', category: '\udd11', attributes: { 'half \ud83d': '\ud83d' }, id: '\udd11' }),
  unparsed({ attributes: JSON.parse('{"__proto__": "a", "constructor": "b", "lastSignIn": "c"}') }),
  unparsed({ title: '"\\\u0000\u0001\u202e\u2066{{ id }}{% x %}</script>', platform: '\u0000'.repeat(9_000) }),
  unparsed({ alsoAffected: [{ type: 'asset', id: [[['x']]], name: { a: [] } }], platforms: [['nested', ['deep']]] }),
  unparsed({
    attributes: Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`name ${at}`, '🔑'.repeat(20)])),
  }),
];

const FINDINGS = [
  aFinding(),
  aPlainFinding(),
  theLongestFinding(),
  aLongestFinding('🔑', ['\u0001']),
  aLongestFinding('\\', ['"']),
  ...fc.sample(anyFinding, { numRuns: 60, seed: 20_261_201 }),
  ...UNPARSED,
];

/** Counts how often a member of the finding itself is looked up. */
function counted(finding: Finding): { readonly finding: Finding; readonly lookUps: () => number } {
  let count = 0;
  const proxy = new Proxy(finding, {
    get(target, name) {
      count += 1;
      return Reflect.get(target, name);
    },
  });
  return { finding: proxy, lookUps: () => count };
}

/** A list of all that is affected is of two members. */
const MOST_MEMBERS = 2;
/** As it is; and if that is too large, to measure it and to shorten it. */
const MOST_PASSES = 3;

describe('any template', () => {
  it('makes JSON within its bounds of any finding, or is refused at save, and the same each time', () => {
    const seen = { refused: 0, whole: 0, full: 0 };
    fc.assert(
      fc.property(anyTemplate, fc.constantFrom(...FINDINGS), (body, finding) => {
        const refusal = templateRefusal(body);
        if (refusal !== undefined) {
          seen.refused += 1;
          expect(refusal).toMatch(/[.?]$/);
          expect(refusal.length).toBeLessThan(2_500);
          return;
        }
        const { finding: watched, lookUps } = counted(finding);
        const input = aRenderInput({ finding: watched, options: { body } });
        const made = format.render(input).body;
        expect(JSON.stringify(JSON.parse(made))).toBe(made);
        expect(made.isWellFormed()).toBe(true);
        expect(made).not.toContain('\0');
        const bytes = Buffer.byteLength(made);
        expect(bytes).toBeLessThanOrEqual(MAX_TEMPLATE_BODY_BYTES);
        expect(lookUps()).toBeLessThanOrEqual(MOST_PASSES * MOST_MEMBERS * TEMPLATE_BOUNDS.placeholders);
        expect(format.render(input).body).toBe(made);
        seen[bytes > MAX_TEMPLATE_BODY_BYTES * 0.9 ? 'full' : 'whole'] += 1;
      }),
      { numRuns: runs(10_000) },
    );
    // Else the run shows little of one of them.
    expect(seen.refused).toBeGreaterThan(runs(1_000));
    expect(seen.whole).toBeGreaterThan(runs(1_000));
    expect(seen.full).toBeGreaterThan(runs(20));
  });

  it('shortens the largest values alone, to one size, if the body would be too large', () => {
    const template = {
      title: '{{ severity.level }}',
      texts: Array(40).fill('{{ description }}'),
      whole: ['{{ allAffected }}'],
    };
    const input = aRenderInput({ finding: theLongestFinding(), options: { body: JSON.stringify(template) } });
    const { title, texts } = JSON.parse(format.render(input).body);
    expect(title).toBe('critical');
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toMatch(/…$/);
    expect(Buffer.byteLength(format.render(input).body)).toBeGreaterThan(MAX_TEMPLATE_BODY_BYTES * 0.95);
  });

  it('leaves room for every placeholder, whatever the template has besides', () => {
    const { placeholders, bytes } = TEMPLATE_BOUNDS;
    const filler = 'x'.repeat(bytes - 40 - placeholders * '{{ description }}'.length);
    const body = JSON.stringify({ filler, texts: '{{ description }}'.repeat(placeholders) });
    expect(compileTemplate(body).kind).toBe('compiled');
    const made = format.render(
      aRenderInput({ finding: aLongestFinding('x', ['\u0001', '"']), options: { body } }),
    ).body;
    expect(Buffer.byteLength(made)).toBeLessThanOrEqual(MAX_TEMPLATE_BODY_BYTES);
    expect(JSON.parse(made).filler).toBe(filler);
  });
});
