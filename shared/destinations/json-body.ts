/** The body of a request as JSON, without NUL: databases such as PostgreSQL refuse a text that has one. */

/** An escape of JSON: a backslash before `u0000` may itself be escaped. */
const ESCAPE = /\\(?:u0000|.)/gs;

const NUL = '\\u0000';

/** In names too. It is not left out: a text of nothing else would be empty, and two ids could become one. */
export function jsonBody(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes(NUL) ? text.replaceAll(ESCAPE, (sequence) => (sequence === NUL ? '\ufffd' : sequence)) : text;
}
