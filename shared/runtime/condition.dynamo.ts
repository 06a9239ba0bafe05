/** Conditions and the values beside them in DynamoDB's language of expressions. The meaning of each is `holds`. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { CONFIG_TABLE } from '../topology/tables.ts';
import { type Condition, has } from './condition.ts';

export interface ConditionExpression {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  /** DynamoDB refuses an empty map. */
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/**
 * Collects the names and values of one request. Every name is a placeholder, because `status`, `state` and others are
 * reserved words (DynamoDB Developer Guide, "Reserved words"). Each placeholder is used, because DynamoDB refuses others.
 */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #values: unknown[] = [];

  /** `field` consists of letters, digits and underscores. */
  name(field: string): string {
    this.#names.set(`#${field}`, field);
    return `#${field}`;
  }

  value(value: unknown): string {
    this.#values.push(value);
    return `:v${this.#values.length}`;
  }

  attributes(): Omit<ConditionExpression, 'ConditionExpression'> {
    const values = Object.fromEntries(this.#values.map((value, index) => [`:v${index + 1}`, value]));
    return {
      ExpressionAttributeNames: Object.fromEntries(this.#names),
      ...(this.#values.length > 0 && { ExpressionAttributeValues: marshall(values) }),
    };
  }
}

/** The whole of what a request needs whose only expression is its condition. */
export function conditionExpression(condition: Condition): ConditionExpression {
  const placeholders = new Placeholders();
  return { ConditionExpression: expressionOf(condition, placeholders), ...placeholders.attributes() };
}

/** Every item of both tables has this key, so it tells whether there is one. */
const KEY = CONFIG_TABLE.partitionKey.name;

/** Without parentheses around the whole: nothing may be joined to it but by `expressionOf` itself. */
export function expressionOf(condition: Condition, placeholders: Placeholders): string {
  const name = (field: string) => placeholders.name(field);
  switch (condition.kind) {
    case 'absent':
      return `attribute_not_exists(${name(KEY)})`;
    case 'present':
      return `attribute_exists(${name(KEY)})`;
    case 'missing':
      return `attribute_not_exists(${name(condition.field)})`;
    case 'has':
      return `attribute_exists(${name(condition.field)})`;
    case 'equals':
      return `${name(condition.field)} = ${placeholders.value(condition.value)}`;
    case 'differs': {
      // Alone, `<>` holds for a missing attribute too.
      const differs = `${name(condition.field)} <> ${placeholders.value(condition.value)}`;
      return `${expressionOf(has(condition.field), placeholders)} AND ${differs}`;
    }
    case 'at-most':
      return `${name(condition.field)} <= ${placeholders.value(condition.value)}`;
    case 'all':
      return condition.of.map((part) => insideAnd(part, placeholders)).join(' AND ');
    case 'any':
      return condition.of.map((part) => expressionOf(part, placeholders)).join(' OR ');
  }
}

/**
 * `AND` binds more tightly than `OR` (DynamoDB Developer Guide, "Condition and filter expressions"), so only an `OR`
 * needs parentheses. No others are written: DynamoDB refuses `((a))` as redundant, and dynalite takes a multiple of the
 * time for each level.
 */
function insideAnd(part: Condition, placeholders: Placeholders): string {
  const condition = unwrapped(part);
  const expression = expressionOf(condition, placeholders);
  return condition.kind === 'any' ? `(${expression})` : expression;
}

/** What joins a single condition is that condition. */
function unwrapped(condition: Condition): Condition {
  const joins = condition.kind === 'all' || condition.kind === 'any';
  return joins && condition.of.length === 1 ? unwrapped(condition.of[0]) : condition;
}
