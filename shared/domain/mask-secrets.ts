/** A receiver's answer may echo our request: before it is stored, logged or shown, every secret in it is masked. */

const KEY_PREFIX = 'whsec_';

const MASK = '***';

/** Shorter parts of a header value ("Bearer", "v1") are words, not secrets. */
const MIN_PART_CHARACTERS = 8;

/** Shorter steps of a path ("services", "integrations") are words too; tokens in URLs have 16 characters and more. */
const MIN_URL_PART_CHARACTERS = 16;

/** Replaces every secret, and every long word of one, in the encodings in which an echo would show it. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const needles = new Set<string>();
  for (const secret of secrets) {
    const words = secret.split(/[\s,;=:]+/).filter((word) => word.length >= MIN_PART_CHARACTERS);
    // The key of a Standard Webhooks secret is what its base64 stands for.
    const key = secret.startsWith(KEY_PREFIX) ? secret.slice(KEY_PREFIX.length) : '';
    if (key !== '') {
      needles.add(Buffer.from(key, 'base64').toString('hex'));
    }
    for (const value of [secret, key, ...words, ...urlParts(secret)]) {
      for (const form of encodings(value)) {
        needles.add(form);
      }
    }
  }
  // The longest first: a short one inside a long one must not leave the long one's rest standing.
  const ordered = [...needles].filter((needle) => needle !== '').sort((a, b) => b.length - a.length);
  const any = ordered.map((needle) => RegExp.escape(needle)).join('|');
  return any === '' ? text : text.replaceAll(new RegExp(any, 'gi'), MASK);
}

/** A receiver that finds nothing at a URL names its path, without the host; one that redirects puts another before it. */
function urlParts(secret: string): readonly string[] {
  const url = URL.parse(secret);
  if (url?.protocol !== 'https:') {
    return [];
  }
  const { pathname, search, searchParams } = url;
  const wholes = [pathname + search, pathname].filter((whole) => whole.length >= MIN_PART_CHARACTERS);
  const parts = [...pathname.split('/'), ...searchParams.values()];
  return [...wholes, ...parts.filter((part) => part.length >= MIN_URL_PART_CHARACTERS)];
}

function encodings(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const base64 = bytes.toString('base64');
  return [
    value,
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(value),
    encodeURIComponent(value).replaceAll('%20', '+'),
    JSON.stringify(value).slice(1, -1),
  ];
}
