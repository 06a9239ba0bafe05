/** What zod found wrong with a request, field by field and in words for whoever wrote it. Values are never repeated. */
import type * as z from 'zod';
import type { FieldError } from './problems.ts';

type Issue = z.core.$ZodIssue;

export function fieldErrorsOf(issues: readonly Issue[]): readonly FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: nameOf([...issue.path, key]), message: 'There is no such field.' }));
    }
    return [{ field: nameOf(issue.path), message: messageOf(issue) }];
  });
}

/** Our own schemas bring words of their own; these are for what is of the wrong shape altogether. */
function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.endsWith('received undefined')
        ? `This is required: ${articleOf(issue.expected)}.`
        : `This must be ${articleOf(issue.expected)}.`;
    case 'invalid_value':
      return `This must be one of: ${issue.values.map(String).join(', ')}.`;
    case 'invalid_union':
      return 'This has none of the shapes that it may have.';
    case 'too_big':
      return issue.message.startsWith('Too big') ? `This must be at most ${issue.maximum}.` : issue.message;
    case 'too_small':
      return issue.message.startsWith('Too small') ? `This must be at least ${issue.minimum}.` : issue.message;
    default:
      return issue.message;
  }
}

function articleOf(expected: string): string {
  switch (expected) {
    case 'int':
      return 'a whole number';
    case 'array':
    case 'object':
      return `an ${expected}`;
    case 'record':
      return 'an object of texts';
    case 'string':
      return 'a text';
    default:
      return `a ${expected}`;
  }
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'body';
}
