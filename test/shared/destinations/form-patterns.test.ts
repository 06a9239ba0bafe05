/** A pattern is tried on what a tenant typed, by the API and in the browser: no value may keep either busy. */
import { describe, expect, it } from 'vitest';
import { checkFields } from '../../../shared/destinations/field-check.ts';
import { FORMS } from '../../../shared/destinations/forms.form.ts';
import { inTime } from '../../in-time.ts';

const fields = FORMS.flatMap(({ id, options, credentials }) =>
  [...options, ...credentials].flatMap((field) =>
    field.kind === 'text' && field.pattern !== undefined ? [[`${id}: ${field.name}`, field] as const] : [],
  ),
);

/** What patterns divide a value by, and what stands between. */
const SIGNS = [',', '.', '-', '_', ':', '@', '/', '%41', ' ', '='];
const FILLERS = ['a', 'A', '0', ' ', 'a ', '%41'];
const PIECE_LENGTHS = [1, 3, 10, 30, 60, 200];

/** As long as the field takes, and wrong at the end only, when every way to read what is before has been prepared. */
function wrongAtTheEnd(maxCharacters: number): readonly string[] {
  const units = SIGNS.flatMap((sign) =>
    FILLERS.flatMap((filler) => PIECE_LENGTHS.map((length) => filler.repeat(length) + sign)),
  );
  return units.flatMap((unit) =>
    ['', ' ', '!', ','].map((end) => unit.repeat(maxCharacters).slice(0, maxCharacters - end.length) + end),
  );
}

describe('the pattern of a field', () => {
  it.each(fields)('decides in time on whatever is typed (%s)', (_name, field) => {
    const kinds = inTime(() =>
      wrongAtTheEnd(field.maxCharacters).map((value) => checkFields([field], { [field.name]: value }).kind),
    );
    expect(kinds).toContain('refused');
  });
});
