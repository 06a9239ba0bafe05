import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { itemBytes } from './item-bytes.ts';

/** Sizes worked out by hand from the developer guide; the name `a` is one byte of each. */
const sizes: readonly (readonly [what: string, value: AttributeValue, bytes: number])[] = [
  ['a text in UTF-8', { S: 'é密' }, 1 + 2 + 3],
  ['an empty text', { S: '' }, 1],
  ['a number by pairs of its digits', { N: '1763892000001' }, 1 + 7 + 1],
  ['a number without the zeros at its ends', { N: '1763892000000' }, 1 + 4 + 1],
  ['a number without its sign and point', { N: '-0.0125' }, 1 + 2 + 1],
  ['a truth as one byte', { BOOL: true }, 1 + 1],
  ['nothing as one byte', { NULL: true }, 1 + 1],
  ['an empty list', { L: [] }, 1 + 3],
  ['a list with one byte per element', { L: [{ S: 'xy' }, { S: 'z' }] }, 1 + 3 + (1 + 2) + (1 + 1)],
  ['a map with one byte per entry', { M: { bc: { S: 'xyz' } } }, 1 + 3 + (1 + 2 + 3)],
];

describe('the size of an item', () => {
  it.each(sizes)('counts %s', (_what, value, bytes) => {
    expect(itemBytes({ a: value })).toBe(bytes);
  });

  it('is the sum of its attributes, without an overhead of its own', () => {
    expect(itemBytes({})).toBe(0);
    expect(itemBytes({ ab: { S: 'c' }, d: { S: 'ef' } })).toBe(3 + 3);
  });

  it('is not guessed for a type that no row has', () => {
    expect(() => itemBytes({ a: { SS: ['x'] } })).toThrow('SS');
  });
});
