import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../../shared/runtime/canonical-json.ts';

const anyJson = fc.jsonValue({ stringUnit: 'grapheme' }) as fc.Arbitrary<Json>;

describe('canonical JSON', () => {
  it('writes what an independent implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
  });

  it('does not depend on the order in which members were set', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: true }] })).toBe('{"a":[{"c":true,"d":null}],"b":1}');
  });

  it('orders keys by UTF-16 code units, as the example of RFC 8785, 3.2.3 does', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const written = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    const order = ['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    expect(Object.keys(JSON.parse(written))).toEqual(order);
  });

  it('leaves undefined members out', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('refuses a lone surrogate', () => {
    expect(() => canonicalJson({ title: 'a\ud800' })).toThrow('lone surrogate');
  });
});
