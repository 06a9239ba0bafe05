import { describe, expect, it } from 'vitest';
import { checkFields } from '../../../shared/destinations/field-check.ts';
import type { FormField } from '../../../shared/destinations/form.ts';

const fields: readonly FormField[] = [
  {
    kind: 'text',
    name: 'token',
    label: 'Token',
    help: 'From the console.',
    required: true,
    maxCharacters: 8,
    pattern: { source: 'a|[b-z]+', refusal: 'Token must be lower-case letters.' },
  },
  { kind: 'text', name: 'index', label: 'Index', help: 'Where to.', required: false, maxCharacters: 4 },
  {
    kind: 'choice',
    name: 'cloud',
    label: 'Cloud',
    help: 'Which one.',
    required: true,
    maxCharacters: 10,
    choices: [
      { value: 'public', label: 'Public' },
      { value: 'gov', label: 'Government' },
    ],
    default: 'public',
  },
];

describe('what was filled in', () => {
  it.each([
    ['with defaults for what is missing', { token: 'bc' }, { token: 'bc', cloud: 'public' }],
    ['with blanks taken for missing', { token: 'bc', index: '', cloud: '' }, { token: 'bc', cloud: 'public' }],
    ['whole', { token: 'a', index: '🔑🔑🔑🔑', cloud: 'gov' }, { token: 'a', index: '🔑🔑🔑🔑', cloud: 'gov' }],
  ])('is accepted %s', (_how, given, values) => {
    expect(checkFields(fields, given)).toEqual({ kind: 'accepted', values });
  });

  it.each([
    ['a required value is missing', {}, 'token', 'Token is required.'],
    ['a required value is blank', { token: '' }, 'token', 'Token is required.'],
    ['a value has the wrong shape', { token: 'Sesame' }, 'token', 'Token must be lower-case letters.'],
    ['only a part of it has the right shape', { token: 'a!' }, 'token', 'Token must be lower-case letters.'],
    ['a value is too long', { token: 'b', index: 'sesam' }, 'index', 'Index must not be longer than 4 characters.'],
    ['a value is not on offer', { token: 'b', cloud: 'sesame' }, 'cloud', 'Cloud must be one of: public, gov.'],
    ['a field is unknown', { token: 'b', sesame: 'open' }, 'sesame', 'This format has no such field.'],
    ['a field is one of every object', { token: 'b', toString: 'x' }, 'toString', 'This format has no such field.'],
    ...['\r', '\n', '\0', '\u007f', '\u0085', '\ud800'].map((character): [string, object, string, string] => [
      `a value holds ${JSON.stringify(character)}`,
      { token: 'b', index: `a${character}` },
      'index',
      'Index must not contain line breaks or other control characters.',
    ]),
  ])('is refused if %s', (_why, given, field, message) => {
    expect(checkFields(fields, { ...given })).toEqual({ kind: 'refused', issues: [{ field, message }] });
  });

  it('is refused with everything that is wrong at once', () => {
    const check = checkFields(fields, { index: 'too long', other: 'x' });
    expect(check).toMatchObject({ issues: [{ field: 'other' }, { field: 'token' }, { field: 'index' }] });
  });
});
