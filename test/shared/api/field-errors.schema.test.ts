import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { idempotencyHeader, listQuery, statsQuery } from '../../../functions/api/routes/parameters.ts';
import { alertRuleSchema } from '../../../shared/api/alert-rule.schema.ts';
import { fieldErrorsOf } from '../../../shared/api/field-errors.schema.ts';
import { bulkRetryRequestSchema } from '../../../shared/api/retry-requests.schema.ts';
import { rotateRequestSchema } from '../../../shared/api/signing-requests.schema.ts';
import { changeRequestSchema, connectRequestSchema } from '../../../shared/api/webhook-requests.schema.ts';

function errorsIn(schema: z.ZodType, value: unknown) {
  return fieldErrorsOf(schema.safeParse(value).error?.issues ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const connect = (more: object) => ({ name: 'SIEM', url: 'https://siem.example.com/', ...more });
const rotate = (more: object) => ({ secret: { generate: true }, ...more });
const retry = (more: object) => ({ status: 'failed', ...more });

describe('what is wrong with a request', () => {
  it.each<[string, z.ZodType, unknown, readonly string[]]>([
    [
      'everything left out',
      connectRequestSchema,
      {},
      ['name: This is required: a text.', 'url: This is required: a text.'],
    ],
    ['a list for the body', connectRequestSchema, [], ['body: This must be an object.']],
    ['null for the body', alertRuleSchema, null, ['body: This must be an object.']],
    ['a number for a text', connectRequestSchema, connect({ name: 5 }), ['name: This must be a text.']],
    ['null for a text', connectRequestSchema, connect({ url: null }), ['url: This must be a text.']],
    ['nothing for a name', connectRequestSchema, connect({ name: '  ' }), ['name: A name is needed.']],
    [
      'a long name',
      connectRequestSchema,
      connect({ name: 'x'.repeat(101) }),
      ['name: A name has at most 100 characters.'],
    ],
    [
      'two lines for a name',
      connectRequestSchema,
      connect({ name: 'a\nb' }),
      ['name: A name has no control characters, and none that override the direction of text.'],
    ],
    [
      'a name that turns the direction of text',
      connectRequestSchema,
      connect({ name: 'SIEM \u202evil' }),
      ['name: A name has no control characters, and none that override the direction of text.'],
    ],
    ['nothing for a URL', connectRequestSchema, connect({ url: '' }), ['url: A destination URL is needed.']],
    [
      'a long URL',
      connectRequestSchema,
      connect({ url: 'x'.repeat(5_000) }),
      ['url: Webhook URLs must not be longer than 2048 characters.'],
    ],
    [
      'a long text',
      connectRequestSchema,
      connect({ format: 'x'.repeat(65) }),
      ['format: This must have at most 64 characters.'],
    ],
    ['a field that there is not', connectRequestSchema, connect({ colour: 1 }), ['colour: There is no such field.']],
    [
      'two such fields',
      alertRuleSchema,
      { enabled: true, minSeverity: 'low', a: 1, b: 2 },
      ['a: There is no such field.', 'b: There is no such field.'],
    ],
    [
      'a text for an object',
      connectRequestSchema,
      connect({ options: 'x' }),
      ['options: This must be an object of texts.'],
    ],
    [
      'a number in an object of texts',
      connectRequestSchema,
      connect({ options: { index: 1 } }),
      ['options.index: This must be a text.'],
    ],
    [
      'a long value in it',
      connectRequestSchema,
      connect({ credentials: { token: 'x'.repeat(8_193) } }),
      ['credentials.token: This must have at most 8192 characters.'],
    ],
    [
      'a long name in it',
      connectRequestSchema,
      connect({ options: { ['x'.repeat(65)]: 'a' } }),
      [`options.${'x'.repeat(65)}: The name of a field must have at most 64 characters.`],
    ],
    [
      'too many in it',
      connectRequestSchema,
      connect({ options: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [n, 'a'])) }),
      ['options: At most 50 fields.'],
    ],
    [
      'too many headers',
      changeRequestSchema,
      { headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, 'a'])) },
      ['headers: At most 20 headers.'],
    ],
    [
      'neither of two shapes',
      connectRequestSchema,
      connect({ secret: 5 }),
      ['secret: This must be a secret of your own as a text, or {"generate": true} for a fresh one.'],
    ],
    [
      'the generation at the top, where the secret belongs',
      rotateRequestSchema,
      { generate: true },
      [
        'secret: This is required: a secret of your own as a text, or {"generate": true} for a fresh one.',
        'generate: There is no such field.',
      ],
    ],
    [
      'neither of two shapes without words of its own',
      z.union([z.string(), z.boolean()]),
      5,
      ['body: This must be a text or true or false.'],
    ],
    [
      'one of two shapes, broken',
      connectRequestSchema,
      connect({ secret: { generate: false } }),
      ['secret.generate: Give a secret of your own as a text, or {"generate": true} for a fresh one.'],
    ],
    [
      'one of two shapes, with more',
      rotateRequestSchema,
      { secret: { generate: true, length: 64 } },
      ['secret.length: There is no such field.'],
    ],
    [
      'a fraction',
      rotateRequestSchema,
      rotate({ overlapSeconds: 1.5 }),
      ['overlapSeconds: This must be a whole number.'],
    ],
    [
      'a number as text',
      rotateRequestSchema,
      rotate({ overlapSeconds: '1' }),
      ['overlapSeconds: This must be a number.'],
    ],
    [
      'a number below the least',
      rotateRequestSchema,
      rotate({ overlapSeconds: -1 }),
      ['overlapSeconds: This must be at least 0.'],
    ],
    [
      'a number above the most',
      rotateRequestSchema,
      rotate({ overlapSeconds: 604_801 }),
      ['overlapSeconds: This must be at most 604800.'],
    ],
    ['another word', bulkRetryRequestSchema, { status: 'lost' }, ['status: This must be one of: failed, held.']],
    ['no word', bulkRetryRequestSchema, {}, ['status: This must be one of: failed, held.']],
    [
      'a day that there is not',
      bulkRetryRequestSchema,
      retry({ since: '2026-02-30T00:00:00Z' }),
      ['since: This must be an instant in ISO 8601 with its zone, such as 2026-11-23T10:00:00Z.'],
    ],
    [
      'an instant without its zone',
      bulkRetryRequestSchema,
      retry({ until: '2026-02-03T00:00:00' }),
      ['until: This must be an instant in ISO 8601 with its zone, such as 2026-11-23T10:00:00Z.'],
    ],
    [
      'nothing for a cursor',
      bulkRetryRequestSchema,
      retry({ cursor: '' }),
      ['cursor: This must have at least 1 character.'],
    ],
    [
      'a text for yes or no',
      alertRuleSchema,
      { enabled: 'yes', minSeverity: 'low' },
      ['enabled: This must be true or false.'],
    ],
    ['no yes or no', alertRuleSchema, { minSeverity: 'low' }, ['enabled: This is required: true or false.']],
    ['nothing to change', changeRequestSchema, {}, ['body: Name at least one thing to change.']],
    ['a word for a number of the query', listQuery, { limit: 'ten' }, ['limit: This must be a number.']],
    ['two numbers for one', statsQuery, { hours: ['1', '2'] }, ['hours: This must be a number.']],
    ['a large number of the query', statsQuery, { hours: '169' }, ['hours: This must be at most 168.']],
    [
      'a header of another alphabet',
      idempotencyHeader,
      { 'idempotency-key': 'clé' },
      ['idempotency-key: A key has printable ASCII characters only.'],
    ],
    ['nothing at all wrong', alertRuleSchema, { enabled: true, minSeverity: 'low' }, []],
  ])('is said so that a person understands it: %s', (_what, schema, value, sentences) => {
    expect(errorsIn(schema, value)).toEqual(sentences);
  });

  it('is said once', () => {
    const issues = connectRequestSchema.safeParse({}).error?.issues ?? [];
    expect(fieldErrorsOf([...issues, ...issues])).toEqual(fieldErrorsOf(issues));
  });

  it('is said of the first hundred fields, however many there are', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `f${index}`);
    const options = Object.fromEntries(names.map((name) => [name, 5]));
    for (const body of [Object.fromEntries(names.map((name) => [name, 1])), connect({ options })]) {
      const errors = errorsIn(connectRequestSchema, body);
      expect(errors).toHaveLength(101);
      expect(errors.at(-1)).toBe('body: There is more that is wrong than is listed here.');
    }
  });

  it('is a sentence in our words, and never repeats a value', () => {
    const value = fc.string({ minLength: 8, maxLength: 12 }).map((text) => `value-${text}`);
    const schemas = fc.constantFrom<z.ZodType>(
      connectRequestSchema,
      changeRequestSchema,
      rotateRequestSchema,
      alertRuleSchema,
      bulkRetryRequestSchema,
    );
    const names = fc.constantFrom(
      'name',
      'url',
      'secret',
      'headers',
      'options',
      'overlapSeconds',
      'status',
      'since',
      'minSeverity',
    );
    const leaf = fc.oneof(value, fc.integer(), fc.constant(null), fc.array(value, { maxLength: 2 }));
    const inner = fc.oneof(leaf, fc.dictionary(fc.constantFrom('generate', 'a'), leaf));
    fc.assert(
      fc.property(schemas, fc.dictionary(names, inner), (schema, body) => {
        const errors = errorsIn(schema, body);
        expect(errors.filter((error) => /value-|zod|Invalid|expected|received/.test(error))).toEqual([]);
        expect(errors.filter((error) => !/^[\w.]+: [A-Z].*\.$/.test(error))).toEqual([]);
      }),
    );
  });
});
