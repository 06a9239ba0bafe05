/** The headers that a tenant may add to its webhook's requests, and those it may not. */

/** RFC 9110 field names; values are visible ASCII with inner spaces, so neither CR nor LF can start a header of its own. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const VALUE = /^[\x21-\x7e]([\x20-\x7e\t]{0,2046}[\x21-\x7e])?$/;

/** What `VALUE` comes to: the inner ones and two ends. */
export const MAX_HEADER_VALUE_CHARACTERS = 2_048;

/** In a JavaScript object this is no name like others: the header would be lost on its way through one. */
const PITFALL = '__proto__';

/** Ours to set, or the connection's. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
const RESERVED_PREFIXES = ['webhook-', 'x-thalian-', 'proxy-'];

export type HeaderRefusal = 'malformed-name' | 'reserved-name' | 'malformed-value';

/** For the person who typed it. */
export const HEADER_REFUSALS: Readonly<Record<HeaderRefusal, string>> = {
  'malformed-name': 'A header name has 1 to 64 letters, digits or hyphens.',
  'reserved-name': 'This header is set by the service or by the connection.',
  'malformed-value': 'A header value has 1 to 2,048 visible ASCII characters, with spaces only inside.',
};

export const HEADER_GIVEN_TWICE = 'A header is given twice: case does not tell header names apart.';

export function checkCustomHeader(name: string, value: string): HeaderRefusal | undefined {
  const lowerCase = name.toLowerCase();
  if (!NAME.test(name) || lowerCase === PITFALL) {
    return 'malformed-name';
  }
  if (RESERVED.has(lowerCase) || RESERVED_PREFIXES.some((prefix) => lowerCase.startsWith(prefix))) {
    return 'reserved-name';
  }
  return VALUE.test(value) ? undefined : 'malformed-value';
}
