import { describe, expect, it } from 'vitest';
import { parseHeaders } from '../../scripts/parse-headers.ts';

describe('headers on a command line', () => {
  it('are names and values, of which the first colon is the border', () => {
    expect(parseHeaders(['X-Api-Key: a:b', 'Authorization:Bearer x'])).toEqual({
      'X-Api-Key': 'a:b',
      Authorization: 'Bearer x',
    });
  });

  it.each([
    ['the same name', ['X-Key: first-value', 'X-Key: other-value']],
    ['a name that differs in case only', ['X-Key: first-value', 'x-kEY: other-value']],
  ])('are refused with %s given twice: one of them would be lost', (_what, texts) => {
    expect(() => parseHeaders(texts)).toThrow(/The header x-key is given twice/i);
  });

  it('are not quoted when they are malformed: what was typed may be the secret itself', () => {
    expect(() => parseHeaders(['hunter2-hunter2'])).toThrow("--header takes 'Name: value'.");
  });
});
