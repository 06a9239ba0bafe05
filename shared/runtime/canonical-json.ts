/**
 * The JSON Canonicalization Scheme (RFC 8785) for what our data consists of: objects, arrays, strings, finite numbers,
 * booleans and null. ECMAScript's own number and string serialisation is the scheme's; only the key order is left to do.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Members that are undefined are left out, as JSON.stringify does. Throws on NaN, infinities and lone surrogates. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) {
      throw new TypeError('A string with a lone surrogate has no canonical form (RFC 8785, 3.2.2.2)');
    }
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) {
      throw new TypeError(`${value} has no canonical form (RFC 8785, 3.2.2.3)`);
    }
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') {
    return String(value);
  }
  if (isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  const members: string[] = [];
  // The default sort compares UTF-16 code units, which is the order that RFC 8785 asks for.
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) {
      members.push(`${canonicalJson(key)}:${canonicalJson(member)}`);
    }
  }
  return `{${members.join(',')}}`;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
