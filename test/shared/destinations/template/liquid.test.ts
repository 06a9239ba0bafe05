/**
 * The placeholders are Liquid's: what LiquidJS, its implementation for Node, makes of one, our reader and renderer make of it
 * too. Where we differ on purpose, the test says how.
 */
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/template/template.ts';
import { TEMPLATE_FIELDS, templateField } from '../../../../shared/destinations/template/template-fields.ts';
import { TEMPLATE_FILTERS } from '../../../../shared/destinations/template/template-filters.ts';
import { SAMPLE_FINDING } from '../../../../shared/finding/sample-finding.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { aRenderInput } from '../../../builders/rendered.ts';
import { runs } from '../../../thorough.ts';

const liquid = new Liquid({ strictFilters: true, strictVariables: false, timezoneOffset: 0, ownPropertyOnly: true });
// Ours alone: no filter of Liquid's is for Markdown.
const filterOfOurs = TEMPLATE_FILTERS['escape_markdown'];
liquid.registerFilter('escape_markdown', (value) =>
  value == null ? value : filterOfOurs?.apply(String(value), undefined),
);

const FINDINGS = [
  aFinding(),
  aPlainFinding(),
  aFinding({ title: '<b>"Q" & \'A\'</b>', affected: { type: 'asset', id: 'i-1', name: '' }, platforms: [] }),
];

/** Each field under its path, for an engine that knows no finding. */
function scopeOf(input: ReturnType<typeof aRenderInput>): Record<string, unknown> {
  const scope: Record<string, unknown> = {};
  for (const [path, { read }] of Object.entries(TEMPLATE_FIELDS)) {
    const value = read(input);
    const [name = '', member] = path.split('.');
    if (member === undefined) {
      scope[name] = typeof value === 'object' && !Array.isArray(value) ? { ...value } : value;
    } else {
      scope[name] = { ...Object(scope[name]), [member]: value };
    }
  }
  return scope;
}

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  default: [": 'none'", ': 7', ": ''"],
  truncate: [': 5', ': 1', ': 400'],
  date: [": '%Y-%m-%dT%H:%M:%S.%LZ'", ": '%s'", ": '100%% on %d/%m'"],
  map: [": 'name'", ": 'type'"],
  join: [": ', '", ": ''", ': "; "'],
};

const anyPath = fc.constantFrom(...Object.keys(TEMPLATE_FIELDS), 'attributes.lastSignIn', "attributes['lastSignIn']");
const anyFilter = fc
  .constantFrom(...Object.keys(TEMPLATE_FILTERS))
  .chain((name) => fc.constantFrom(...(ARGUMENTS[name] ?? [''])).map((argument) => `${name}${argument}`));

const anyPlaceholder = fc
  .tuple(anyPath, fc.array(anyFilter, { maxLength: 4 }), fc.constantFrom('', ' ', '  ', '\n'))
  .map(([path, filters, space]) => `{{${space}${[path, ...filters].join(`${space}|${space}`)}${space}}}`);

describe('a placeholder', () => {
  it('comes out as LiquidJS has it, inside a text', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.array(anyPlaceholder, { minLength: 1, maxLength: 2 }),
        fc.constantFrom(...FINDINGS),
        (all, finding) => {
          const text = `before ${all.join(' between ')} after`;
          const input = aRenderInput({ finding, options: { body: JSON.stringify([text]) } });
          let ours: string;
          try {
            [ours] = JSON.parse(format.render(input).body);
          } catch {
            // Refused at save: a list in a text, a filter for another kind of value.
            return;
          }
          compared += 1;
          // Liquid ends a text with three dots, and counts them.
          const theirs = text.replaceAll(/truncate: (\d+)/g, "truncate: $1, '…'");
          expect(ours).toBe(liquid.parseAndRenderSync(theirs, scopeOf(input)));
        },
      ),
      { numRuns: runs(10_000) },
    );
    expect(compared).toBeGreaterThan(runs(1_000));
  });

  it('keeps its kind as in an expression of LiquidJS, if it is the whole text', () => {
    const input = aRenderInput({ finding: SAMPLE_FINDING });
    const scope = scopeOf(input);
    for (const path of [...Object.keys(TEMPLATE_FIELDS), "allAffected | map: 'id'", 'allPlatforms | size']) {
      const body = JSON.stringify([`{{ ${path} }}`]);
      const [ours] = JSON.parse(format.render({ ...input, options: { body } }).body);
      expect(ours, path).toEqual(liquid.evalValueSync(path, scope));
    }
    expect(templateField('attributes.lastSignIn')?.read(input)).toBe(
      liquid.evalValueSync('attributes.lastSignIn', scope),
    );
  });
});
