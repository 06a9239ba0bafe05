/** What zod found wrong with a request, field by field and in words for its author. Values are never repeated. */
import type * as z from 'zod';
import type { FieldError } from './problems.schema.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** More are not read; a body of 64 KB may have some ten thousand. */
const MAX_ERRORS = 100;

/** What zod says of a union whose schema says nothing. */
const ZODS_OWN = 'Invalid input';
/** And how it begins of a value that must be one of some. */
const ZODS_OWN_VALUES = /^Invalid (input|option)\b/;

const MORE: FieldError = { field: 'body', message: 'There is more that is wrong than is listed here.' };

export function fieldErrorsOf(issues: readonly Issue[]): readonly FieldError[] {
  const errors = new Map(
    issues.flatMap((issue) => errorsOf(issue, [])).map((error) => [`${error.field}\n${error.message}`, error]),
  );
  const all = [...errors.values()];
  return all.length <= MAX_ERRORS ? all : [...all.slice(0, MAX_ERRORS), MORE];
}

function errorsOf(issue: Issue, above: Path): readonly FieldError[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ field: nameOf([...path, key]), message: 'There is no such field.' }));
    case 'invalid_union': {
      const shapes = issue.errors.filter((shape) => !shape.some(isOtherType));
      const [meant] = shapes;
      return meant !== undefined && shapes.length === 1
        ? meant.flatMap((inner) => errorsOf(inner, path))
        : [{ field: nameOf(path), message: unionMessage(issue) }];
    }
    case 'invalid_key':
      return issue.issues.map((inner) => ({ field: nameOf(path), message: messageOf(inner, 'The name of a field') }));
    default:
      return [{ field: nameOf(path), message: messageOf(issue, 'This') }];
  }
}

/** The value as a whole is of another type: then this shape is not the one that was meant. */
function isOtherType({ code, path }: Issue): boolean {
  return code === 'invalid_type' && path.length === 0;
}

/** Our own schemas bring words of their own; these are for what they leave to zod. */
function messageOf(issue: Issue, subject: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? `${subject} is required: ${nounOf(issue.expected)}.`
        : `${subject} must be ${nounOf(issue.expected)}.`;
    case 'invalid_value':
      if (!ZODS_OWN_VALUES.test(issue.message)) {
        return issue.message;
      }
      return issue.values.length === 1
        ? `${subject} must be ${String(issue.values[0])}.`
        : `${subject} must be one of: ${issue.values.map(String).join(', ')}.`;
    case 'too_big':
      return issue.message.startsWith('Too big')
        ? `${subject} must ${amountOf(issue.origin, 'at most', issue.maximum)}.`
        : issue.message;
    case 'too_small':
      return issue.message.startsWith('Too small')
        ? `${subject} must ${amountOf(issue.origin, 'at least', issue.minimum)}.`
        : issue.message;
    case 'invalid_format':
      return issue.format === 'datetime'
        ? `${subject} must be an instant in ISO 8601 with its zone, such as 2026-11-23T10:00:00Z.`
        : issue.message;
    default:
      return issue.message;
  }
}

/** In the schema's own words, if it has any. */
function unionMessage({ message, errors }: z.core.$ZodIssueInvalidUnion): string {
  return message === ZODS_OWN ? `This must be ${typesOf(errors.flat())}.` : message;
}

function amountOf(origin: string, bound: 'at most' | 'at least', amount: number | bigint): string {
  const characters = amount === 1 ? 'character' : 'characters';
  return origin === 'string' ? `have ${bound} ${amount} ${characters}` : `be ${bound} ${amount}`;
}

function typesOf(issues: readonly Issue[]): string {
  return issues.flatMap((issue) => (issue.code === 'invalid_type' ? [nounOf(issue.expected)] : [])).join(' or ');
}

/** A noun of JSON's as a person would say it. */
function nounOf(expected: string): string {
  switch (expected) {
    case 'int':
      return 'a whole number';
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    case 'record':
      return 'an object of texts';
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${expected}`;
  }
}

function nameOf(path: Path): string {
  return path.map(String).join('.') || 'body';
}
