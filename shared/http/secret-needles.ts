/** What must not be seen of a list of secrets: each of them, its long words, and what each stands for. */
import { viewOf } from './byte-view.ts';
import { STANDARD_PREFIX } from './own-secret.ts';
import { unescapeView } from './unescape.ts';

/** Shorter parts of a header value ("Bearer", "v1") are words, not secrets. */
const MIN_PART_CHARACTERS = 8;

/** Shorter steps of a path ("services", "integrations") are words too; tokens in URLs have 16 characters and more. */
const MIN_URL_PART_CHARACTERS = 16;

/** What is shorter and has a capital is an id, such as Slack's of a workspace: no secret, yet part of the URL. */
const URL_ID = /^(?=.*[A-Z])[\w-]{8,}$/;

/**
 * Two or three characters are in every response: masking them would riddle it with holes, and protect nothing, as a
 * reader who wants to know such a value tries them all.
 */
export const MIN_SECRET_CHARACTERS = 4;

/**
 * All needles together. The most that a webhook can have is 20 headers of 2 KB, its URL and its credentials: about
 * 45 KB, each part once whole and once in words.
 */
export const MAX_NEEDLE_BYTES = 128 * 1024;

/**
 * Base64 whose case an echo has changed cannot be decoded. Of up to so many characters it is looked for as it is
 * written; of more the lost case hides the secret, which has one bit less for each letter.
 */
const MAX_BASE64_CHARACTERS = 512;

/** Escaped so often at most, as it is looked for. */
export const MAX_ESCAPE_LAYERS = 4;

/** Undefined if there are more than can be looked for. */
export function needlesOf(secrets: readonly string[]): readonly Uint8Array[] | undefined {
  // First, because a list of their parts takes memory as well.
  if (isTooMuch(secrets)) {
    return undefined;
  }
  const needles = secrets.flatMap(needlesOfOne).filter(({ length }) => length >= MIN_SECRET_CHARACTERS);
  return isTooMuch(needles) ? undefined : needles;
}

function isTooMuch(parts: readonly { readonly length: number }[]): boolean {
  return parts.reduce((sum, { length }) => sum + length, 0) > MAX_NEEDLE_BYTES;
}

function needlesOfOne(secret: string): readonly Uint8Array[] {
  const words = wordsOf(secret);
  const keys = words
    .filter((word) => word.startsWith(STANDARD_PREFIX))
    .map((word) => word.slice(STANDARD_PREFIX.length));
  const values = [...words, ...keys, ...urlParts(secret)].filter(({ length }) => length >= MIN_SECRET_CHARACTERS);
  const isAscii = Buffer.byteLength(secret) === secret.length;
  const texts = new Set([
    ...values,
    // Beyond ASCII a text in capitals is other bytes.
    ...(isAscii ? [] : values.flatMap((value) => [value.toLowerCase(), value.toUpperCase()])),
    ...(secret.length <= MAX_BASE64_CHARACTERS ? values.flatMap(inBase64) : []),
  ]);
  // A Standard Webhooks key is the bytes that its base64 stands for.
  return [...[...texts].flatMap(formsOf), ...keys.map((key) => Buffer.from(key, 'base64'))];
}

/** The whole, and the long words in it. */
function wordsOf(secret: string): readonly string[] {
  return [secret, ...secret.split(/[\s,;=:]+/).filter((word) => word.length >= MIN_PART_CHARACTERS)];
}

/** A receiver that finds nothing at a URL names its path, without the host; one that redirects puts another before it. */
function urlParts(secret: string): readonly string[] {
  const url = URL.parse(secret);
  if (url?.protocol !== 'https:') {
    return [];
  }
  const { pathname, search, searchParams } = url;
  const wholes = [pathname + search, pathname].filter((whole) => whole.length >= MIN_PART_CHARACTERS);
  // As they stand and as they are read: an echo may encode either.
  const values = search
    .slice(1)
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  const parts = [...pathname.split('/'), ...values, ...searchParams.values()];
  return [...wholes, ...parts.filter((part) => part.length >= MIN_URL_PART_CHARACTERS || URL_ID.test(part))];
}

function inBase64(value: string): readonly string[] {
  const padded = Buffer.from(value, 'utf8').toString('base64');
  return [padded, padded.replace(/=+$/, '')];
}

/** What looks like an escape in the text itself is undone along with those of the echo. */
function formsOf(text: string): readonly Uint8Array[] {
  const bytes = Buffer.from(text, 'utf8');
  if (!/[%&\\]/.test(text)) {
    return [bytes];
  }
  let view = viewOf(bytes, false);
  for (let layer = 0; layer < MAX_ESCAPE_LAYERS; layer += 1) {
    view = unescapeView(view) ?? view;
  }
  return [bytes, Uint8Array.from(view.symbols)];
}
