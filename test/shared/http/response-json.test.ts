import { describe, expect, it } from 'vitest';
import { parseResponseList, parseResponseObject } from '../../../shared/http/response-json.ts';

describe("a receiver's response", () => {
  it('is read as JSON, with a byte order mark before it or without', () => {
    for (const mark of ['', '\ufeff']) {
      expect(parseResponseObject(`${mark}{"code":0}`)).toEqual({ code: 0 });
      expect(parseResponseList(`${mark}\r\n[1]`)).toEqual([1]);
    }
  });

  it.each(['', ' ', '\ufeff', '\ufeff\ufeff{}', '<html>', '{"code":0', 'null', '"{}"', '0'])(
    '%j is neither an object nor a list',
    (body) => {
      expect(parseResponseObject(body)).toBeUndefined();
      expect(parseResponseList(body)).toBeUndefined();
    },
  );

  it('is not taken for the other', () => {
    expect(parseResponseObject('[]')).toBeUndefined();
    expect(parseResponseList('{}')).toBeUndefined();
  });
});
