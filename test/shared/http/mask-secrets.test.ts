import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskBeginning, prepareOnce, prepareSecrets, WITHHELD } from '../../../shared/http/mask-secrets.ts';
import { excerptResponse } from '../../../shared/http/response-excerpt.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** What `excerptResponse` reads of a body, and what it keeps. */
const READ_BYTES = 4_096;
const KEPT_BYTES = 1_024;

type Encode = (text: string) => string;

const base64: Encode = (text) => Buffer.from(text).toString('base64');
const base64Url: Encode = (text) => Buffer.from(text).toString('base64url');
const hex: Encode = (text) => Buffer.from(text).toString('hex');
const json: Encode = (text) => JSON.stringify(text).slice(1, -1);
const phpJson: Encode = (text) => json(text).replaceAll('/', '\\/');
const html: Encode = (text) => replaced(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' });

const encodings: Readonly<Record<string, Encode>> = {
  'as it is': (text) => text,
  'in capitals': (text) => text.toUpperCase(),
  'in base64': base64,
  'in base64 for URLs': base64Url,
  'in hex': hex,
  'in a URL': encodeURIComponent,
  'in a form': (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'in JSON': json,
  'in JSON by PHP': phpJson,
  'in JSON in JSON': (text) => json(json(text)),
  'in JSON by PHP, twice': (text) => phpJson(phpJson(text)),
  'in \\u escapes': (text) => perUnit(text, (code) => `\\u${hexOf(code).padStart(4, '0')}`),
  'in \\u escapes in capitals': (text) => perUnit(text, (code) => `\\u${hexOf(code).toUpperCase().padStart(4, '0')}`),
  'in \\u escapes in JSON': (text) => perUnit(text, (code) => `\\\\u${hexOf(code).padStart(4, '0')}`),
  'in \\x escapes': (text) =>
    perUnit(text, (code) => (code < 0x100 ? `\\x${hexOf(code).padStart(2, '0')}` : String.fromCharCode(code))),
  'in HTML': html,
  'in HTML in HTML': (text) => html(html(text)),
  'in decimal entities': (text) => perCharacter(text, (code) => `&#${code};`),
  'in hexadecimal entities': (text) => perCharacter(text, (code) => `&#x${hexOf(code)};`),
  'in hexadecimal entities in capitals': (text) =>
    perCharacter(text, (code) => `&#X${hexOf(code).toUpperCase().padStart(6, '0')};`),
  'in JSON in HTML': (text) => html(phpJson(text)),
  'in HTML in JSON': (text) => json(html(text)),
  'in JSON in a URL': (text) => encodeURIComponent(phpJson(text)),
};

function replaced(text: string, by: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\W/g, (sign) => by[sign] ?? sign);
}

function perUnit(text: string, encode: (code: number) => string): string {
  return Array.from({ length: text.length }, (_, at) => encode(text.charCodeAt(at))).join('');
}

function perCharacter(text: string, encode: (code: number) => string): string {
  return Array.from(text, (character) => encode(character.codePointAt(0) ?? 0)).join('');
}

function hexOf(code: number): string {
  return code.toString(16);
}

function masked(body: string, ...secrets: readonly string[]): string {
  return excerptResponse(body, [prepareSecrets(secrets)]);
}

describe('a secret that is echoed', () => {
  /** Everything that some encoding treats in its own way, and what looks like an escape. */
  const nastyText = fc
    .array(
      fc.oneof(
        fc.constantFrom(...'%\\&#;/<>"\' +-_=.:,~!()*é密😀'),
        fc.constantFrom('%41', '&amp;', '\\n', '\\u0041', '%c3', 'whsec_', 'abc', '0', 'ABC'),
      ),
      { minLength: 8, maxLength: 24 },
    )
    .map((parts) => parts.join(''))
    // Three backslashes are themselves escaped twice: more layers than are undone.
    .filter((text) => !text.includes('\\\\\\'));

  it.each(Object.entries(encodings))('is masked %s, whatever it is made of', (_name, encode) => {
    fc.assert(
      fc.property(nastyText, fc.constantFrom('', 'got ', '{"got":"', '<p>'), (secret, before) => {
        expect(masked(`${before}${encode(secret)}|`, secret)).toBe(`${before}***|`);
      }),
    );
  });

  it.each([
    ['&sol;&plus;&equals;&colon;&num;&dollar;&percnt;&lowbar;', '/+=:#$%_'],
    ['&quot;&apos;&lt;&gt;&amp;&excl;&commat;&ast;', '"\'<>&!@*'],
    ['&lbrack;&rsqb;&lcub;&rbrace;&lpar;&rpar;&vert;&bsol;', '[]{}()|\\'],
    ['stra&szlig;e&nbsp;&auml;&yuml;&copy;', 'straße\u00a0äÿ©'],
  ])('is masked in the named entities %s', (echo, secret) => {
    expect(masked(`got ${echo}|`, secret)).toBe('got ***|');
  });

  it('is masked where an entity or an escape beside it stands for no character', () => {
    expect(masked(`&nothing;&#xffffff;\\ud800%zz\\q${SECRET}&#;%`, SECRET)).toBe(
      '&nothing;&#xffffff;\\ud800%zz\\q***&#;%',
    );
  });
});

describe('a secret in the base64 of a longer text', () => {
  const secret = 'p/ss+word"of_50';

  it.each([0, 1, 2])(
    'is masked at the alignment %i, with the characters that it shares with what is beside it',
    (alignment) => {
      // Of the alphabet of base64, so that nothing tells where it begins.
      const wordBefore = fc.constantFrom('', '/', 'a/', 'id/', 'key/');
      const behindIt = fc.string({ unit: 'binary-ascii', maxLength: 9 });
      fc.assert(
        fc.property(fc.constantFrom(base64, base64Url), wordBefore, behindIt, (encode, word, behind) => {
          const echo = encode(`${'x'.repeat(alignment)}${secret}${behind}`).replace(/=+$/, '');
          // A character has six bits, a byte eight.
          const first = Math.floor((alignment * 8) / 6);
          const end = Math.ceil(((alignment + secret.length) * 8) / 6);
          expect(masked(`got ${word}${echo}|`, secret)).toBe(
            `got ${word}${echo.slice(0, first)}***${echo.slice(end)}|`,
          );
        }),
      );
    },
  );

  it.each([
    ['a name and a password', (value: string) => base64(`thalian:${value}`)],
    ['a dump of the headers', (value: string) => base64(JSON.stringify({ 'x-team': 'blue', 'x-key': value, z: 1 }))],
    ['a dump of the headers by PHP', (value: string) => base64(`{"x-key":"${phpJson(value)}"}`)],
    ['a dump of a page', (value: string) => base64(`<b>${html(value)}</b>`)],
    ['lines of 16', (value: string) => base64(`thalian:${value}`).replaceAll(/.{16}/g, '$&\r\n')],
    ['lines of 16, in JSON', (value: string) => json(base64(`thalian:${value}`).replaceAll(/.{16}/g, '$&\n'))],
    ['a URL', (value: string) => encodeURIComponent(base64(`??>>${value}??>>`))],
    ['JSON by PHP', (value: string) => phpJson(base64(`??>>${value}??>>`))],
    ['JSON by .NET', (value: string) => base64(`??>>${value}??>>`).replaceAll('+', '\\u002B')],
  ])('is masked in %s', (_name, encode) => {
    const echo = encode(secret);
    const kept = masked(`{"got":"${echo}"}`, secret);
    expect(kept).toContain('***');
    for (const part of [base64(secret), base64Url(secret), base64(`\0${secret}`), base64(`\0\0${secret}`)]) {
      // All its bits: what is at both ends is shared with the bytes beside it.
      expect(kept).not.toContain(part.slice(4, -4));
    }
  });
});

describe('the shortest secret', () => {
  it.each(['in base64', 'in base64 for URLs', 'in hex', 'in \\u escapes'])('is masked %s beside a long one', (name) => {
    const echo = encodings[name]?.('q9 Z') ?? '';
    expect(masked(`got ${echo}|`, 'q9 Z', SECRET)).toBe('got ***|');
  });
});

describe('a response that is longer than what is read of it', () => {
  const long = randomText(3_000);
  const prepared = [prepareSecrets([SECRET, long])];

  /** Every character of it that is left, with so much of it before where the text is cut. */
  function leftOf(echo: string, cut: number, charactersBefore: number): string {
    // A mask that stands for much brings the place where reading stops forward into what is kept.
    const lead = cut === READ_BYTES ? long : '';
    const blank = ' '.repeat(cut - lead.length - charactersBefore);
    const kept = excerptResponse(`${lead}${blank}${echo}${' '.repeat(READ_BYTES)}`, prepared);
    return kept.replaceAll('***', '').replaceAll(' ', '');
  }

  it.each(Object.entries(encodings))(
    'has nothing of a secret at either cut, at whatever offset, %s',
    (_name, encode) => {
      const echo = encode(SECRET);
      for (const cut of [KEPT_BYTES, READ_BYTES]) {
        for (let before = 1; before <= Math.min(echo.length, 60); before += 1) {
          // Three characters of a secret that are the last that is read may be anything's.
          expect(leftOf(echo, cut, before).length).toBeLessThan(4);
        }
      }
    },
  );

  it.each(['as it is', 'in base64', 'in hex', 'in \\u escapes in capitals'])('nor of a long one, %s', (name) => {
    const echo = encodings[name]?.(long) ?? '';
    for (const before of [4, 5, 6, 7, 8, 9, 10, 11, 12, 100, 101, 102, 1_000]) {
      expect(leftOf(echo, KEPT_BYTES, before)).toBe('');
      expect(leftOf(echo, READ_BYTES, before)).toBe('');
    }
  });
});

describe('the work for one response', () => {
  const bodies: Readonly<Record<string, string>> = {
    prose: 'The index "security" was not found. '.repeat(2_000),
    base64: randomText(65_536),
    hex: hex(randomText(32_768)),
    'escapes of escapes': '%252525'.repeat(9_000),
    'entities of entities': '&amp;amp;#38;'.repeat(5_000),
    backslashes: '\\'.repeat(65_536),
    'half an escape': '\\u\\u\\x&#%&'.repeat(6_000),
    'one letter': 'a'.repeat(65_536),
    'the base64 of one letter': base64('a'.repeat(49_152)),
  };
  const webhooks: Readonly<Record<string, readonly string[]>> = {
    'no secret': [],
    'an ordinary secret': [SECRET],
    '20 headers of 2 KB': Array.from({ length: 20 }, () => randomText(2_048)),
    '20 headers of 2 KB in words': Array.from({ length: 20 }, () => randomText(2_048).replaceAll(/(.{8})./g, '$1 ')),
    '20 headers of 2 KB that begin alike': Array.from({ length: 20 }, (_, index) => `${'a'.repeat(2_040 - index)}b`),
  };
  /**
   * Each byte that is read is at most in five readings of escapes; in each once as it is, twice half in hex, and four times
   * three quarters in base64, which may have a layer of its own. A finder compares at most twice for each.
   */
  const MOST_COMPARISONS = READ_BYTES * 5 * (1 + 1 + 3 * 2) * 2;

  it.each(Object.entries(bodies))('is bounded for %s, whatever the secrets', (_name, body) => {
    for (const secrets of Object.values(webhooks)) {
      const { comparisons } = maskBeginning(body, READ_BYTES, [prepareSecrets(secrets)]);
      expect(comparisons).toBeLessThanOrEqual(MOST_COMPARISONS);
    }
  });

  it('does not grow with what is not read', () => {
    for (const body of Object.values(bodies)) {
      const prepared = [prepareSecrets([SECRET])];
      const { text, comparisons } = maskBeginning(body.slice(0, 2 * READ_BYTES), READ_BYTES, prepared);
      expect(maskBeginning(body, READ_BYTES, prepared)).toEqual({ text, comparisons });
    }
  });

  it('finds the secrets of a version prepared, however many failures there are', () => {
    const version = { signing: { current: SECRET } };
    const first = prepareOnce(version, () => [SECRET]);
    expect(prepareOnce(version, () => ['never asked for'])).toBe(first);
    expect(prepareOnce({ ...version }, () => ['another-secret'])).not.toBe(first);
  });

  it('takes memory by the secrets, of which so much is kept that no number of webhooks exhausts it', () => {
    const versions = Array.from({ length: 40 }, () => ({ headers: [randomText(40_960)] }));
    const prepared = versions.map((version) => prepareOnce(version, () => version.headers));
    const kept = versions.filter((version, index) => prepareOnce(version, () => version.headers) === prepared[index]);
    expect(kept.length).toBe(0);
    const [last] = versions.slice(-1);
    expect(prepareOnce(last ?? {}, () => [])).toBe(prepareOnce(last ?? {}, () => []));
  });
});

describe('more secrets than can be looked for', () => {
  const tooMany = Array.from({ length: 100 }, () => randomText(2_048));

  it('withhold the whole response, and say so', () => {
    expect(masked('a perfectly innocent response', ...tooMany)).toBe(WITHHELD);
    expect(masked(tooMany[0] ?? '', ...tooMany)).toBe(WITHHELD);
    expect(excerptResponse('a', [prepareSecrets([SECRET]), prepareSecrets(tooMany)])).toBe(WITHHELD);
  });

  it('leave an empty response empty', () => {
    expect(masked('', ...tooMany)).toBe('');
  });

  it('are more than any webhook may have', () => {
    const headers = Array.from({ length: 20 }, () => randomText(2_048).replaceAll(/(.{8})./g, '$1 '));
    const url = `https://siem.example/${randomText(1_000)}?sig=${randomText(1_000)}`;
    const others = [SECRET, 'o'.repeat(256), randomText(1_024), randomText(1_024)];
    expect(masked('got it', ...headers, url, ...others)).toBe('got it');
  });
});

/** Letters and digits, so that no part of it is a mask. */
function randomText(characters: number): string {
  return randomBytes(characters).toString('base64').replaceAll(/[+/=]/g, 'x').slice(0, characters);
}
