/**
 * Undoes one layer of the escapes that the writers of URLs, forms, JSON, JavaScript and HTML use, all in one pass: a
 * text is rarely in two of them at the same layer, and never looks like an escape of one that it is not meant to be.
 */
import { BREAK, type ByteView, ViewWriter } from './byte-view.ts';

/** The longest escape: `&#x000000;`, `\u{10ffff}`, or two `\u` of a surrogate pair. */
const LONGEST_ESCAPE = 12;

/** HTML names of the printable ASCII characters, in the spellings that libraries write. */
const ASCII_NAMES: Readonly<Record<string, string>> = {
  quot: '"',
  QUOT: '"',
  amp: '&',
  AMP: '&',
  lt: '<',
  LT: '<',
  gt: '>',
  GT: '>',
  apos: "'",
  excl: '!',
  num: '#',
  dollar: '$',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  ast: '*',
  midast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  equals: '=',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  Hat: '^',
  lowbar: '_',
  UnderBar: '_',
  grave: '`',
  lcub: '{',
  lbrace: '{',
  verbar: '|',
  vert: '|',
  rcub: '}',
  rbrace: '}',
};

/** HTML names of the characters from U+00A0 to U+00FF, in that order (HTML 4.01, 24.2.1). */
const LATIN_NAMES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'.split(
    ' ',
  );

const NAMED: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ASCII_NAMES),
  ...LATIN_NAMES.map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
]);

/** What follows the backslash, and the byte that the two stand for. */
const BACKSLASHED: ReadonlyMap<number, number> = new Map(
  Object.entries({ '"': '"', "'": "'", '/': '/', '\\': '\\', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, character]) => [letter.charCodeAt(0), character.charCodeAt(0)],
  ),
);

const HEX_DIGITS: ReadonlyMap<number, number> = new Map(
  [...'0123456789abcdefABCDEF'].map((digit) => [digit.charCodeAt(0), Number.parseInt(digit, 16)]),
);

const NUMBERED_ENTITY = /^&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/i;
const NAMED_ENTITY = /^&([a-z][a-z0-9]{1,9});/i;
const SURROGATE_PAIR = /^\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/i;
const CODE_POINT = /^\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})/i;

interface Unescaped {
  /** How many symbols the escape takes. */
  readonly length: number;
  readonly bytes: Iterable<number>;
}

/** Undefined if there is nothing to undo. Where the text is cut off within an escape, the view ends before it. */
export function unescapeView(view: ByteView): ByteView | undefined {
  const { symbols, starts, ends, isCutOff } = view;
  let writer: ViewWriter | undefined;
  let copiedTo = 0;
  let at = 0;
  while (at < symbols.length) {
    if (!isIntroducer(symbols[at] ?? BREAK)) {
      at += 1;
      continue;
    }
    const found = readEscape(symbols, at);
    const mayBeCut = isCutOff && symbols.length - at < LONGEST_ESCAPE;
    if (found === undefined && !mayBeCut) {
      at += 1;
      continue;
    }
    writer ??= new ViewWriter(symbols.length);
    writer.copy(view, copiedTo, at);
    if (found === undefined) {
      return writer.view(isCutOff);
    }
    const end = ends[at + found.length - 1] ?? 0;
    for (const byte of found.bytes) {
      writer.write(byte, starts[at] ?? 0, end);
    }
    at += found.length;
    copiedTo = at;
  }
  writer?.copy(view, copiedTo, symbols.length);
  return writer?.view(isCutOff);
}

const PERCENT_SIGN = 0x25;
const AMPERSAND = 0x26;
const BACKSLASH = 0x5c;

function isIntroducer(symbol: number): boolean {
  return symbol === PERCENT_SIGN || symbol === AMPERSAND || symbol === BACKSLASH;
}

function readEscape(symbols: Uint16Array, at: number): Unescaped | undefined {
  const next = symbols[at + 1] ?? BREAK;
  switch (symbols[at]) {
    case PERCENT_SIGN: {
      const byte = hexDigit(next) * 16 + hexDigit(symbols[at + 2] ?? BREAK);
      return Number.isNaN(byte) ? undefined : { length: 3, bytes: [byte] };
    }
    case AMPERSAND:
      return readEntity(textOf(symbols, at));
    default: {
      const byte = BACKSLASHED.get(next);
      return byte === undefined ? readCodePoint(textOf(symbols, at)) : { length: 2, bytes: [byte] };
    }
  }
}

function hexDigit(symbol: number): number {
  return HEX_DIGITS.get(symbol) ?? Number.NaN;
}

/** As much as an escape may take. A break becomes a character that stands in no escape. */
function textOf(symbols: Uint16Array, at: number): string {
  return String.fromCharCode(...symbols.subarray(at, at + LONGEST_ESCAPE));
}

function readEntity(text: string): Unescaped | undefined {
  const numbered = NUMBERED_ENTITY.exec(text);
  if (numbered !== null) {
    const [whole, hex, decimal] = numbered;
    return unescaped(whole, characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)));
  }
  const [whole = '', name = ''] = NAMED_ENTITY.exec(text) ?? [];
  return unescaped(whole, NAMED.get(name));
}

function readCodePoint(text: string): Unescaped | undefined {
  const [pair, high = '', low = ''] = SURROGATE_PAIR.exec(text) ?? [];
  if (pair !== undefined) {
    return unescaped(pair, String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)));
  }
  const [whole = '', ...digits] = CODE_POINT.exec(text) ?? [];
  return unescaped(whole, characterOf(Number.parseInt(digits.find((group) => group !== undefined) ?? '', 16)));
}

/** Half of a surrogate pair and what is beyond Unicode is no character. */
function characterOf(codePoint: number): string | undefined {
  const character = codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
  return character?.isWellFormed() ? character : undefined;
}

function unescaped(written: string, character: string | undefined): Unescaped | undefined {
  return character === undefined ? undefined : { length: written.length, bytes: Buffer.from(character, 'utf8') };
}
