import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compileTemplate,
  TEMPLATE_BOUNDS,
  templateRefusal,
} from '../../../../shared/destinations/template/compile-template.ts';
import { MOST_FILTERS } from '../../../../shared/destinations/template/read-placeholders.ts';
import { TEMPLATE_FIELDS } from '../../../../shared/destinations/template/template-fields.ts';
import { TEMPLATE_FILTERS } from '../../../../shared/destinations/template/template-filters.ts';
import { findingSchema } from '../../../../shared/finding/finding.schema.ts';
import { SAMPLE_FINDING } from '../../../../shared/finding/sample-finding.ts';

function refusalOf(template: unknown): string | undefined {
  return templateRefusal(typeof template === 'string' ? template : JSON.stringify(template));
}

describe('a template', () => {
  it.each([
    [{ a: '{{ sevrity.level }}' }, 'At a: There is no field "sevrity.level". Do you mean severity.level?'],
    [{ a: '{{ level }}' }, 'At a: There is no field "level". Do you mean severity.level?'],
    [{ a: { b: ['x', '{{ titel }}'] } }, 'At a.b.1: There is no field "titel". Do you mean title?'],
    [{ a: '{{ title | upcas }}' }, 'At a: There is no filter "upcas". Do you mean upcase?'],
    [{ a: '{{ title | truncate }}' }, 'At a: truncate is written as in {{ title | truncate: 100 }}.'],
    [{ a: '{{ title | truncate: 0 }}' }, 'At a: truncate takes a whole number of characters, 1 or more.'],
    [{ a: "{{ title | upcase: 'x' }}" }, 'At a: upcase is written as in {{ severity.level | upcase }}.'],
    [{ a: '{{ severity.score | upcase }}' }, 'At a: upcase takes a text or an instant, and this is a number.'],
    [{ a: "{{ title | date: '%Y' }}" }, 'At a: date takes an instant, and this is a text.'],
    [{ a: "{{ detectedAt | date: '%Q' }}" }, 'At a: date takes a text with %Y, %m, %d, %H, %M, %S, %L, %s or %%.'],
    [{ a: "{{ allAffected | join: ', ' }}" }, 'At a: join takes a list of texts, and this is a list of objects.'],
    [{ a: "{{ allAffected | map: 'mail' }}" }, 'At a: map takes one of type, id, name, originalType.'],
    [
      { a: 'of {{ allPlatforms }}' },
      'At a: "allPlatforms" is a list: add | join: \', \' or let the placeholder be the whole text.',
    ],
    [
      { a: 'of {{ affected }}' },
      'At a: "affected" is an object: name one of its members, or let the placeholder be the whole text.',
    ],
    [{ a: '{{ }}' }, 'At a: A placeholder begins with the name of a field, such as {{ title }}.'],
    [
      { a: '{{ title' },
      'At a: A placeholder is one field and its filters between {{ and }}, such as {{ title | truncate: 100 }}.',
    ],
    [{ a: '{{ title | }}' }, 'At a: After | stands the name of a filter, such as {{ title | upcase }}.'],
    [
      { a: '{% for x in allAffected %}{{ title }}{% endfor %}' },
      'At a: Tags, {% … %}, are not part of the language: there are placeholders, $if and $switch.',
    ],
    [{ '{{ title }}': 1 }, 'At {{ title }}: The name of a member has no placeholder: two of them could become one.'],
    [{ a: { $iff: 'url' } }, 'At a: There is no "$iff". Do you mean $if?'],
    [{ a: { $if: 'url' } }, 'At a: $if is written as in {"$if": "url", "then": …, "else": …}. It may go without else.'],
    [
      '{"a": {"$if": "{{ url }}", "then": 1}}',
      'At a.$if: A placeholder begins with the name of a field, such as {{ title }}.',
    ],
    [
      '{"a": {"$if": "url and title", "then": 1}}',
      'At a.$if: This is one field and its filters without braces, such as severity.level.',
    ],
    [
      { a: { $switch: 'severity.level', cases: { criticl: 1 } } },
      'At a.cases.criticl: severity.level is never "criticl". Do you mean critical?',
    ],
    [
      { a: { $switch: 'affected', cases: {} } },
      'At a.$switch: $switch takes a text or a number, and this is an object.',
    ],
    [{ a: { $switch: 'title', cases: [] } }, 'At a.cases: The cases are an object: {"critical": …, "high": …}.'],
    ['{"a": 12345678901234567890}', 'At a: This number is too large to be sent as it is. Write it in quotes.'],
    ['{"a": 1e999}', 'At a: This number is too large to be sent as it is. Write it in quotes.'],
    ['"{{ title }}"', 'A template is an object or a list: {"title": "{{ title }}"}.'],
    ['{"$if": "url", "then": {}}', 'A template is an object or a list: {"title": "{{ title }}"}.'],
    ['{"a": {{ title }}}', 'The template is not JSON: at line 1, column 8 a name in double quotes is missing.'],
    ['{"a": "\ud800"}', 'The template has half of a surrogate pair, which is no character.'],
    ['', `A template has 2 to ${TEMPLATE_BOUNDS.bytes} bytes.`],
  ])('%j is refused: %s', (template, refusal) => {
    expect(refusalOf(template)).toBe(refusal);
  });

  it('names the fields that there are if none is near, and repeats no more than a few words of what was typed', () => {
    const refusal = refusalOf({ a: `{{ ${'__proto__'.repeat(50)} }}` }) ?? '';
    expect(refusal).toContain('There are: id, title, severity,');
    expect(refusal.length).toBeLessThan(700);
  });

  it('says the first three things that are wrong, and how many more there are', () => {
    const refusal = refusalOf({ a: '{{ b }}', b: '{{ title | c }}', c: 1, d: '{{', e: '{%', f: '{{' });
    expect(refusal).toMatch(/^At a: .* At b: .* At d: .* There are 2 more\.$/);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'knows %s neither as field nor as filter',
    (name) => {
      expect(refusalOf({ a: `{{ ${name} }}` })).toContain('There is no field');
      expect(refusalOf({ a: `{{ title | ${name} }}` })).toContain('There is no filter');
      expect(refusalOf(`{"a": {"$switch": "severity.level", "cases": {"${name}": 1}}}`)).toContain('is never');
    },
  );

  it('has at most so many bytes, numbers written out, so many placeholders and so many levels', () => {
    const { bytes, placeholders, depth } = TEMPLATE_BOUNDS;
    const ofBytes = (count: number) => JSON.stringify({ a: 'ü'.repeat((count - 8) / 2) });
    expect([refusalOf(ofBytes(bytes)), refusalOf(ofBytes(bytes + 2))]).toEqual([
      undefined,
      `A template has 2 to ${bytes} bytes.`,
    ]);
    expect(refusalOf(`[${Array(1_000).fill('1e15').join()}]`)).toBe(
      `A template has at most ${bytes} bytes, numbers written out.`,
    );
    const ofPlaceholders = (count: number) => ({ a: '{{id}}'.repeat(count) });
    expect([refusalOf(ofPlaceholders(placeholders)), refusalOf(ofPlaceholders(placeholders + 1))]).toEqual([
      undefined,
      `A template has at most ${placeholders} placeholders.`,
    ]);
    const ofDepth = (count: number) => '['.repeat(count) + ']'.repeat(count);
    expect([refusalOf(ofDepth(depth)), refusalOf(ofDepth(depth + 1)), refusalOf(ofDepth(4_000))]).toEqual([
      undefined,
      ...Array(2).fill(`Objects and lists are in each other at most ${depth} deep.`),
    ]);
    expect(refusalOf({ a: `{{ title ${'| upcase '.repeat(9)} }}` })).toBe('At a: A placeholder has at most 8 filters.');
  });

  it('has the bounds that its page says', () => {
    const { placeholders, depth } = TEMPLATE_BOUNDS;
    const page = readFileSync('docs/templates.md', 'utf8');
    expect(page).toContain(`${placeholders} placeholders, ${MOST_FILTERS} filters for each, ${depth} levels |`);
  });

  it('can name every field of the finding', () => {
    const unnamed = Object.keys(findingSchema.shape).filter((name) => !Object.hasOwn(TEMPLATE_FIELDS, name));
    expect(unnamed, 'a new field is added to shared/destinations/template/template-fields.ts too').toEqual([]);
  });

  it('gives each field of the kind that it says', () => {
    const input = { finding: SAMPLE_FINDING, deliveryId: 'dlv_1' as never };
    const kinds = Object.entries(TEMPLATE_FIELDS).map(([path, { read, kind }]) => [path, kind, kindOf(read(input))]);
    for (const [path, kind, found] of kinds) {
      expect(kind?.replace('instant', 'text'), path).toBe(found);
    }
  });

  it('takes every example of a filter', () => {
    for (const { example } of Object.values(TEMPLATE_FILTERS)) {
      expect(compileTemplate(JSON.stringify([example])), example).toMatchObject({ kind: 'compiled' });
    }
  });
});

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    return typeof value[0] === 'object' ? 'list of objects' : 'list of texts';
  }
  return typeof value === 'string' ? 'text' : typeof value;
}
