/** The worked templates of the page: each can be saved, and makes of any finding what its platform takes. */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateRefusal } from '../../../../shared/destinations/template/compile-template.ts';
import { format } from '../../../../shared/destinations/template/template.ts';
import type { Finding } from '../../../../shared/finding/finding.ts';
import { SEVERITY_LEVELS } from '../../../../shared/finding/severity.ts';
import { anyFinding } from '../../../builders/any-finding.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { aLongestFinding, anyLongestFinding, theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput } from '../../../builders/rendered.ts';
import { runs } from '../../../thorough.ts';
import { PLATFORM_BODIES } from './platform-bodies.ts';

const TEMPLATES = globSync('examples/templates/*.json').map((file) => [basename(file, '.json'), file] as const);

function made(body: string, finding: Finding): unknown {
  return JSON.parse(format.render(aRenderInput({ finding, options: { body } })).body);
}

it('are ten, each with a section of the page and the schema of its platform', () => {
  const page = readFileSync('docs/templates.md', 'utf8');
  expect(TEMPLATES.map(([name]) => name).sort()).toEqual(Object.keys(PLATFORM_BODIES).sort());
  expect(TEMPLATES).toHaveLength(10);
  for (const [name] of TEMPLATES) {
    expect(page).toContain(`<!-- template: ${name}.json -->`);
    const [, version] = /(@?[\w/-]+ [\d.]+),/.exec(PLATFORM_BODIES[name]?.source ?? '') ?? [];
    expect(page.replaceAll('`', '')).toContain(version ?? '');
  }
});

describe.each(TEMPLATES)('the template for %s', (name, file) => {
  const body = readFileSync(file, 'utf8');
  const schema = PLATFORM_BODIES[name]?.schema;

  it('can be saved', () => {
    expect(templateRefusal(body)).toBeUndefined();
  });

  it('makes what its platform takes, of every level and of any finding', () => {
    for (const level of SEVERITY_LEVELS) {
      const severity = { level, score: 33.3 };
      for (const finding of [aFinding({ severity }), aPlainFinding({ severity })]) {
        expect(schema?.safeParse(made(body, finding)).error, level).toBeUndefined();
      }
    }
    fc.assert(
      fc.property(fc.oneof(anyFinding, anyLongestFinding), (finding) => {
        expect(schema?.safeParse(made(body, finding)).error).toBeUndefined();
      }),
      {
        numRuns: runs(60),
        examples: [[theLongestFinding()], [aLongestFinding('@', ['*'])], [aLongestFinding('x', ['&'])]],
      },
    );
  });

  it('names the delivery or the finding, so that a second ticket can be found', () => {
    const text = JSON.stringify(made(body, aFinding()));
    const { deliveryId } = aRenderInput();
    expect(text.includes(deliveryId) || text.includes(aFinding().id) || name === 'mattermost').toBe(true);
  });

  it('would be refused by its platform with a member misspelt or left out', () => {
    const right = made(body, aFinding());
    const [first, inner] = firstMember(right);
    expect(schema?.safeParse(right).success).toBe(true);
    expect(schema?.safeParse(JSON.parse(JSON.stringify(right).replace(`"${inner}":`, `"${inner}x":`))).success).toBe(
      false,
    );
    expect(schema?.safeParse({ ...Object(right), [first]: null }).success).toBe(false);
  });
});

/** Of the body, and of the object in it that is the ticket. */
function firstMember(body: unknown): readonly [string, string] {
  const [[first = '', value] = []] = Object.entries(Object(body));
  const isTicket = typeof value === 'object' && value !== null && !Array.isArray(value);
  return [first, isTicket ? (Object.keys(value)[0] ?? '') : Array.isArray(body) ? 'eventType' : first];
}
