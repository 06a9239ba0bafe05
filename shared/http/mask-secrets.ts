/** A receiver's answer may echo our request: before it is stored, logged or shown, every secret in it is masked. */

const KEY_PREFIX = 'whsec_';

const MASK = '***';

/** Shorter parts of a header value ("Bearer", "v1") are words, not secrets. */
const MIN_PART_CHARACTERS = 8;

/** Shorter steps of a path ("services", "integrations") are words too; tokens in URLs have 16 characters and more. */
const MIN_URL_PART_CHARACTERS = 16;

/** What is shorter and has a capital is an id, such as Slack's of a workspace: no secret, yet part of the URL. */
const URL_ID = /^(?=.*[A-Z])[\w-]{8,}$/;

type Escapes = Readonly<Record<string, string>>;

/** What the writers of answers escape beyond need: in JSON those of PHP, Go and .NET, in HTML everybody's and .NET's. */
const ESCAPES_IN_JSON: readonly Escapes[] = [
  { '/': '\\/' },
  { '&': '\\u0026', '<': '\\u003c', '>': '\\u003e' },
  { '&': '\\u0026', '<': '\\u003c', '>': '\\u003e', "'": '\\u0027', '+': '\\u002b', '\\"': '\\u0022' },
];
const ESCAPES_IN_HTML: readonly Escapes[] = [
  { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
  { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;', '+': '&#x2b;' },
];

/**
 * Two or three characters are in every answer: masking them would riddle it with holes, and protect nothing, as whoever
 * wants to know such a value tries them all.
 */
const MIN_SECRET_CHARACTERS = 4;

/**
 * Replaces every secret, and every long word of one, in the encodings in which an echo would show it. A text that was cut
 * off may end within a secret: then the part of it that is there is masked as well.
 */
export function maskSecrets(text: string, secrets: readonly string[], isCutOff = false): string {
  // The longest first: a short one inside a long one must not leave the long one's rest standing.
  const needles = [...needlesOf(secrets)].filter((needle) => needle !== '').sort((a, b) => b.length - a.length);
  if (needles.length === 0) {
    return text;
  }
  const any = new RegExp(needles.map((needle) => RegExp.escape(needle)).join('|'), 'gi');
  if (!isCutOff) {
    return text.replaceAll(any, MASK);
  }
  const partStart = startOfPart(text, needles);
  // A whole secret may reach into the part of another: it must not be cut in two either.
  const across = text.matchAll(any).find(({ index, 0: found }) => index + found.length > partStart);
  const end = Math.min(partStart, across?.index ?? partStart);
  return text.slice(0, end).replaceAll(any, MASK) + (end < text.length ? MASK : '');
}

function needlesOf(secrets: readonly string[]): ReadonlySet<string> {
  const needles = new Set<string>();
  for (const secret of secrets) {
    const words = secret.split(/[\s,;=:]+/).filter((word) => word.length >= MIN_PART_CHARACTERS);
    // The key of a Standard Webhooks secret is what its base64 stands for.
    const key = secret.startsWith(KEY_PREFIX) ? secret.slice(KEY_PREFIX.length) : '';
    needles.add(Buffer.from(key, 'base64').toString('hex'));
    const values = [secret, key, ...words, ...urlParts(secret)];
    for (const value of values.filter(({ length }) => length >= MIN_SECRET_CHARACTERS)) {
      for (const form of encodings(value)) {
        needles.add(form);
      }
    }
  }
  return needles;
}

/** Where the longest beginning of a needle begins with which the text ends; its length if there is none. */
function startOfPart(text: string, needles: readonly string[]): number {
  // What the cut left of a character of several bytes.
  const end = text.endsWith('\ufffd') ? text.length - 1 : text.length;
  const starts = needles.flatMap((needle) => {
    const tailStart = Math.max(0, end - needle.length + 1);
    const tail = text.slice(tailStart, end);
    const heads = tail.matchAll(new RegExp(`(?=${RegExp.escape(needle.slice(0, MIN_SECRET_CHARACTERS))})`, 'gi'));
    const part = heads.find(({ index }) => isBeginning(tail.slice(index), needle));
    return part === undefined ? [] : [tailStart + part.index];
  });
  return Math.min(text.length, ...starts);
}

function isBeginning(part: string, needle: string): boolean {
  return needle.slice(0, part.length).toLowerCase() === part.toLowerCase();
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

function encodings(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const base64 = bytes.toString('base64');
  const inUrl = encodeURIComponent(value);
  const inJson = JSON.stringify(value).slice(1, -1);
  return [
    value,
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    inUrl,
    inUrl.replaceAll('%20', '+'),
    encodeURIComponent(inUrl),
    // As Python does it, and as forms do, which also escape the tilde that client secrets of Azure's have.
    inUrl.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
    new URLSearchParams([['', value]]).toString().slice('='.length),
    inJson,
    ...ESCAPES_IN_JSON.map((escapes) => escaped(inJson, escapes)),
    ...ESCAPES_IN_HTML.map((escapes) => escaped(value, escapes)),
  ];
}

function escaped(text: string, escapes: Escapes): string {
  return text.replaceAll(/\\"|\W/g, (sign) => escapes[sign] ?? sign);
}
