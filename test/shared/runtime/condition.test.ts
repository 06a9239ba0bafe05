/** One meaning, two readers: the interpreter and DynamoDB must agree about every condition and every item. */
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionExpression } from '../../../shared/runtime/condition.dynamo.ts';
import {
  ABSENT,
  all,
  any,
  atMost,
  type Condition,
  differs,
  equals,
  has,
  holds,
  missing,
  PRESENT,
} from '../../../shared/runtime/condition.ts';
import { useEngines } from '../../fakes/local-engines.ts';

type Item = Readonly<Record<string, string | number | boolean>>;

const engines = useEngines();
let items = 0;

/** Puts the item, if any, and then tries to put it again under the condition. */
async function holdsOnDynamo(condition: Condition, item: Item | undefined): Promise<boolean> {
  const { dynamo, tables } = engines();
  items += 1;
  const Item = marshall({ ...item, pk: 'CONDITIONS', sk: String(items) });
  if (item !== undefined) {
    await dynamo.send(new PutItemCommand({ TableName: tables.config, Item }));
  }
  try {
    await dynamo.send(new PutItemCommand({ TableName: tables.config, Item, ...conditionExpression(condition) }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw error;
  }
}

const readers = {
  'in memory': async (condition: Condition, item: Item | undefined) => holds(condition, item),
  'on DynamoDB': holdsOnDynamo,
};

const item = { status: 'pending', count: 4, isDone: false };

const cases: readonly (readonly [string, Condition, Item | undefined, boolean])[] = [
  ['absent: no item', ABSENT, undefined, true],
  ['absent: an item', ABSENT, item, false],
  ['present: no item', PRESENT, undefined, false],
  ['present: an item', PRESENT, item, true],
  ['missing: no item', missing('count'), undefined, true],
  ['missing: another field', missing('limit'), item, true],
  ['missing: there it is', missing('count'), item, false],
  ['has: no item', has('count'), undefined, false],
  ['has: another field', has('limit'), item, false],
  ['has: there it is', has('count'), item, true],
  ['equals: no item', equals('count', 4), undefined, false],
  ['equals: the field is missing', equals('limit', 4), item, false],
  ['equals: the value', equals('count', 4), item, true],
  ['equals: the same digits as text', equals('count', '4'), item, false],
  ['equals: a truth value', equals('isDone', false), item, true],
  ['equals: a reserved word of DynamoDB', equals('status', 'pending'), item, true],
  ['differs: no item', differs('count', 4), undefined, false],
  ['differs: the field is missing', differs('limit', 4), item, false],
  ['differs: the value', differs('count', 4), item, false],
  ['differs: another value', differs('count', 5), item, true],
  ['differs: the same digits as text', differs('count', '4'), item, true],
  ['at most: no item', atMost('count', 4), undefined, false],
  ['at most: the field is missing', atMost('limit', 4), item, false],
  ['at most: less', atMost('count', 5), item, true],
  ['at most: as much', atMost('count', 4), item, true],
  ['at most: more', atMost('count', 3), item, false],
  ['at most: no number', atMost('status', 4), item, false],
  ['all: one of one', all(equals('count', 4)), item, true],
  ['all: two of two', all(equals('count', 4), has('status')), item, true],
  ['all: one of two', all(equals('count', 4), has('limit')), item, false],
  ['any: none of two', any(equals('count', 5), has('limit')), item, false],
  ['any: one of two', any(equals('count', 5), has('status')), item, true],
  ['any in all', all(any(missing('limit'), atMost('limit', 3)), equals('count', 4)), item, true],
  ['any in all, one of it is not enough', all(any(PRESENT, has('limit')), equals('count', 5)), item, false],
  ['all in any', any(ABSENT, all(equals('count', 4), equals('status', 'failed'))), item, false],
  ['one in one in one', all(any(all(differs('status', 'failed')))), item, true],
];

describe.each(Object.entries(readers))('a condition %s', (_where, read) => {
  it.each(cases)('%s', async (_name, condition, stored, met) => {
    expect(await read(condition, stored)).toBe(met);
  });
});

/** dynalite's parser takes a multiple of the time for each level: at fifty writes at once that was a quarter of a second. */
describe('a condition of DynamoDB', () => {
  it.each<readonly [string, Condition, string]>([
    ['one comparison', equals('count', 4), '#count = :v1'],
    ['one in one in one', all(any(all(has('count')))), 'attribute_exists(#count)'],
    ['all', all(PRESENT, differs('count', 4)), 'attribute_exists(#pk) AND attribute_exists(#count) AND #count <> :v1'],
    [
      'all in all',
      all(PRESENT, all(has('a'), has('b'))),
      'attribute_exists(#pk) AND attribute_exists(#a) AND attribute_exists(#b)',
    ],
    [
      'all in any',
      any(ABSENT, all(has('a'), has('b'))),
      'attribute_not_exists(#pk) OR attribute_exists(#a) AND attribute_exists(#b)',
    ],
    [
      'any in any',
      any(ABSENT, any(has('a'), has('b'))),
      'attribute_not_exists(#pk) OR attribute_exists(#a) OR attribute_exists(#b)',
    ],
    [
      'any in all',
      all(any(has('a'), has('b')), has('c')),
      '(attribute_exists(#a) OR attribute_exists(#b)) AND attribute_exists(#c)',
    ],
    [
      'any in one in all',
      all(has('c'), all(any(any(has('a'), has('b'))))),
      'attribute_exists(#c) AND (attribute_exists(#a) OR attribute_exists(#b))',
    ],
  ])('has parentheses around an alternative alone: %s', (_name, condition, expression) => {
    expect(conditionExpression(condition).ConditionExpression).toBe(expression);
  });
});

describe('a condition', () => {
  const field = fc.constantFrom('status', 'count', 'revision');
  const value = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom('', 'pending', '1'), fc.boolean());
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => {
    const parts = fc
      .array(tie('condition'), { minLength: 1, maxLength: 3 })
      .map(([first = PRESENT, ...rest]) => [first, ...rest] as const);
    return {
      condition: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Condition>(ABSENT, PRESENT),
        field.map(missing),
        field.map(has),
        fc.tuple(field, value).map((given) => equals(...given)),
        fc.tuple(field, value).map((given) => differs(...given)),
        fc.tuple(field, fc.integer({ min: -2, max: 2 })).map((given) => atMost(...given)),
        parts.map((of) => ({ kind: 'all', of }) as const),
        parts.map((of) => ({ kind: 'any', of }) as const),
      ),
    };
  });
  const stored = fc.option(fc.dictionary(field, value), { nil: undefined });

  it('means the same to the interpreter and to DynamoDB, however it is nested', async () => {
    await fc.assert(
      fc.asyncProperty(condition, stored, async (generated, given) => {
        expect(await holdsOnDynamo(generated, given)).toBe(holds(generated, given));
      }),
      { numRuns: 100 },
    );
  });
});
