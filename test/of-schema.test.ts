import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { anyOfSchema, everyMemberOf } from './builders/of-schema.ts';

const schema = z.object({
  word: z.string().min(1).max(4).exactOptional(),
  level: z.enum(['high', 'low']),
  score: z.number().min(0).max(100),
  count: z.int().min(1),
  isNew: z.boolean(),
  tags: z.array(z.string().max(3)).max(2).exactOptional(),
  attributes: z.record(z.string().max(9), z.string().max(5)).meta({ maxProperties: 2 }),
  inner: z.object({ link: z.string().max(9) }),
});

const anyText = ({ minLength = 0, maxLength = 9 }) => fc.string({ minLength, maxLength });

describe('values of a schema', () => {
  it('pass it, with and without their optional members', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyOfSchema(schema, anyText), (value) => {
        const parsed = schema.parse(value);
        expect(parsed).toEqual(value);
        seen.add(`word: ${'word' in parsed}, tags: ${'tags' in parsed}`);
      }),
    );
    expect(seen.size).toBe(4);
  });

  it('have every member, if that is asked for', () => {
    expect(everyMemberOf(schema, (path) => path)).toEqual({
      word: 'word',
      level: 'level',
      score: 'score',
      count: 'count',
      isNew: 'isNew',
      tags: ['tags', 'tags'],
      attributes: { 'member 00': 'attributes', 'member 01': 'attributes' },
      inner: { link: 'inner.link' },
    });
  });

  it('are not guessed for a kind of member that no finding has', () => {
    expect(() => anyOfSchema(z.object({ odd: z.null() }), anyText)).toThrow('Teach');
    expect(() => everyMemberOf(z.object({ list: z.array(z.string()) }), (path) => path)).toThrow('list has no bound');
  });
});
