/**
 * Values made from a zod schema alone, by way of its JSON Schema: any that it lets pass, and one with every member. A
 * schema that gains a member needs no change here. A kind of member that is unknown here throws.
 */
import fc from 'fast-check';
import * as z from 'zod';

/** A JSON Schema as `z.toJSONSchema` writes it. */
export type Part = z.core.JSONSchema.BaseSchema;

/** A text of this part, with lengths in code points as JSON Schema counts them. */
export type TextOf = (part: Part) => fc.Arbitrary<string>;

/** Optional members are sometimes there. */
export function anyOfSchema(schema: z.ZodType, anyText: TextOf): fc.Arbitrary<unknown> {
  return anyOfPart(z.toJSONSchema(schema, { io: 'input' }), anyText);
}

/** Every member, optional ones too; `leaf` chooses what has no members, by its path such as `severity.level`. */
export function everyMemberOf(schema: z.ZodType, leaf: (path: string, part: Part) => unknown): unknown {
  return everyMember(z.toJSONSchema(schema, { io: 'input' }), '', leaf);
}

function anyOfPart(part: Part, anyText: TextOf): fc.Arbitrary<unknown> {
  const { type, enum: choices, properties, required = [] } = part;
  if (choices !== undefined) {
    return fc.constantFrom(...choices);
  }
  if (properties !== undefined) {
    const members: Readonly<Record<string, fc.Arbitrary<unknown>>> = Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [name, anyOfPart(asPart(member), anyText)]),
    );
    return fc.record(members, { requiredKeys: required });
  }
  if (part.items !== undefined && !Array.isArray(part.items)) {
    const { minItems: minLength = 0, maxItems = 3 } = part;
    return fc.array(anyOfPart(asPart(part.items), anyText), {
      minLength,
      maxLength: Math.min(maxItems, minLength + 3),
    });
  }
  if (part.additionalProperties !== undefined) {
    const name = part.propertyNames === undefined ? fc.string() : anyText(asPart(part.propertyNames));
    return fc.dictionary(name, anyOfPart(asPart(part.additionalProperties), anyText), { maxKeys: 3 });
  }
  const { minimum: min = -1_000, maximum: max = 1_000 } = part;
  switch (type) {
    case 'string':
      return anyText(part);
    case 'number':
      return fc.double({ min, max, noNaN: true });
    case 'integer':
      return fc.integer({ min: Math.max(min, -1_000), max: Math.min(max, 1_000_000) });
    case 'boolean':
      return fc.boolean();
    default:
      throw unknownKind(part);
  }
}

function everyMember(part: Part, path: string, leaf: (path: string, part: Part) => unknown): unknown {
  const { properties, items } = part;
  if (properties !== undefined) {
    const members = Object.entries(properties).map(([name, member]) => [
      name,
      everyMember(asPart(member), path === '' ? name : `${path}.${name}`, leaf),
    ]);
    return Object.fromEntries(members);
  }
  if (items !== undefined && !Array.isArray(items)) {
    if (part.maxItems === undefined) {
      throw new Error(`${path} has no bound: maxItems`);
    }
    return Array.from({ length: part.maxItems }, () => everyMember(asPart(items), path, leaf));
  }
  if (part.additionalProperties !== undefined) {
    if (part.maxProperties === undefined) {
      throw new Error(`${path} has no bound: maxProperties`);
    }
    const member = everyMember(asPart(part.additionalProperties), path, leaf);
    return Object.fromEntries(
      Array.from({ length: part.maxProperties }, (_, index) => [`member ${String(index).padStart(2, '0')}`, member]),
    );
  }
  return leaf(path, part);
}

function asPart(part: Part | boolean): Part {
  if (typeof part === 'boolean') {
    throw unknownKind(part);
  }
  return part;
}

function unknownKind(part: unknown): Error {
  return new Error(`Teach test/builders/of-schema.ts what to make of ${JSON.stringify(part)}`);
}
