/** The subset that is bundled in zod's place, beside zod: the same schema by both, and the same values. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as subset from '../../../shared/runtime/zod-subset.ts';

type Zod = typeof z;

/** Bundling makes the same claim. */
const SUBSET = subset as unknown as Zod;

const fewVowels = (text: string) => (text.match(/[aeiou]/g) ?? []).length < 2;

/** Each kind of schema that a bundle has, alone and with what is chained onto it. */
const SCHEMAS: Readonly<Record<string, (zod: Zod) => z.ZodType>> = {
  'a text': (zod) => zod.string(),
  'a text of some length': (zod) => zod.string().min(1).max(3),
  'a text of a pattern': (zod) => zod.string().regex(/^a/, 'begins otherwise').max(2).describe('a word'),
  'a text of several rules': (zod) => zod.string().refine(fewVowels, 'has vowels').regex(/b/, 'has no b').min(2),
  'a text that is checked': (zod) =>
    zod
      .string()
      .check(({ value, issues }) => {
        if (value.length > 2) {
          issues.push({ code: 'custom', input: value, message: 'is long' });
        }
      })
      .refine(fewVowels, 'has vowels')
      .meta({ maxLength: 2 }),
  'an instant': (zod) => zod.iso.datetime(),
  'an instant with offset': (zod) => zod.iso.datetime({ offset: true }).max(24),
  'a URL': (zod) => zod.url(),
  'a number': (zod) => zod.number(),
  'a positive number': (zod) => zod.number().positive().max(2),
  'a whole number': (zod) => zod.int(),
  'a whole number of a range': (zod) => zod.int().min(1).max(1_000_000),
  'a number that is written': (zod) => zod.coerce.number().min(0.1).max(900).default(1),
  'true or false': (zod) => zod.boolean(),
  'one word': (zod) => zod.enum(['a']),
  'one of several words': (zod) => zod.enum(['a', 'ab', 'abc']),
  'a constant': (zod) => zod.literal(true),
  'a constant with a reason': (zod) => zod.literal(1, 'this reads version 1'),
  'one of two constants': (zod) => zod.literal([1, 'a']),
  'one of two constants with a reason': (zod) => zod.literal([1, 2], 'this reads versions 1 and 2'),
  anything: (zod) => zod.object({ a: zod.unknown(), b: zod.unknown().exactOptional() }),
  'a list': (zod) => zod.array(zod.string().refine(fewVowels, 'has vowels')).min(1).max(2),
  'a list of objects': (zod) => zod.array(zod.object({ a: zod.number(), b: zod.string().exactOptional() })),
  'members by name': (zod) => zod.record(zod.string(), zod.string()),
  'members of any kind': (zod) => zod.record(zod.string(), zod.unknown()),
  'few members of short names': (zod) =>
    zod
      .record(zod.string().max(1), zod.string().refine(fewVowels, 'has vowels'))
      .refine((members) => Object.keys(members).length < 2, 'has many members'),
  'an object that may lack all': (zod) =>
    zod.object({
      c: zod.int().default(0),
      a: zod.string().exactOptional(),
      b: zod.number().optional(),
      d: zod.record(zod.string(), zod.string()).default({}),
    }),
  'an object that bears much': (zod) =>
    zod.object({
      b: zod.enum(['a']).catch('a').exactOptional(),
      a: zod.object({ a: zod.number().positive() }).optional().catch(undefined),
      c: zod.number().catch(7),
    }),
  'an object that changes': (zod) =>
    zod.object({
      a: zod.string().transform((text, context) => {
        if (text.length > 1) {
          context.addIssue({ code: 'custom', message: 'is long' });
          return zod.NEVER;
        }
        return text.toUpperCase();
      }),
      b: zod
        .unknown()
        .transform((): true => true)
        .exactOptional(),
    }),
  'a part of an object': (zod) =>
    zod.object({ b: zod.string(), a: zod.number(), c: zod.int() }).pick({ a: true, b: true }),
};

const TEXTS = [
  ...[
    '',
    'a',
    'ab',
    'abc',
    'abcd',
    'ba',
    'eau',
    'b',
    '1',
    '0.05',
    ' 12 ',
    'four',
    'int',
    '😀',
    '😀😀😀',
    '😀😀😀😀',
    '\ud800',
  ],
  ...['https://a.example/x', ' https://a.example/\n', 'a.example', 'mailto:a@b'],
  ...['2026-02-28T23:59:60Z', '2026-02-28T23:59:59Z', '2024-02-29T00:00:00.123Z', '2026-02-29T00:00:00Z', '2026-01-01'],
  ...['2026-01-01T00:00:00+02:00', '2026-01-01T00:00:00-24:00', '2026-01-01T00:00Z', '2026-12-31T00:00:00.1234+00:30'],
];
const NUMBERS = [-1, 0, 0.1, 1, 1.5, 2, 3, 901, 1_000_001, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY];

const anyValue = fc.letrec<{ value: unknown; leaf: unknown; members: unknown }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<unknown>(...TEXTS),
    fc.constantFrom<unknown>(...NUMBERS),
    fc.constantFrom<unknown>(null, undefined, true, false, new Date(0)),
  ),
  members: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'long', '__proto__'), tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('members'), fc.array(tie('value'), { maxLength: 3 })),
})).value;

/** With the order of members, and without what an issue says besides. */
function shown(schema: z.ZodType, zod: Zod, value: unknown): string {
  const { success, data, error } = schema.safeParse(value);
  const issues = error?.issues.map(({ path, message }) => ({ path, message }));
  return inspect(success ? { data } : { issues, words: zod.prettifyError(error as z.ZodError) }, { depth: 9 });
}

describe('the subset of zod', () => {
  it.each(Object.entries(SCHEMAS))('reads as zod does: %s', (_what, schemaBy) => {
    const [ours, theirs] = [schemaBy(SUBSET), schemaBy(z)];
    let accepted = 0;
    fc.assert(
      fc.property(anyValue, (value) => {
        accepted += Number(theirs.safeParse(value).success);
        expect(shown(ours, SUBSET, value)).toBe(shown(theirs, z, value));
      }),
      { numRuns: 2_000 },
    );
    // Else the property would say nothing of what is accepted.
    expect(accepted).toBeGreaterThan(0);
  });
});
