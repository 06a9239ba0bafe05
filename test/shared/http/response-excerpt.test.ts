import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RESPONSE_BYTES, type ReceiverResponse } from '../../../shared/http/attempt-outcome.ts';
import { prepareSecrets } from '../../../shared/http/mask-secrets.ts';
import * as excerpt from '../../../shared/http/response-excerpt.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** As the client hands it on. */
function asRead(sent: string): string {
  return Buffer.from(sent).subarray(0, MAX_RESPONSE_BYTES).toString('utf8');
}

function excerptResponse(body: string, secrets: readonly string[]): string {
  return excerpt.excerptResponse(body, [prepareSecrets(secrets)]);
}

function maskResponse(response: ReceiverResponse, secrets: readonly string[]): ReceiverResponse {
  return excerpt.maskResponse(response, [prepareSecrets(secrets)]);
}

function shownLocation(location: string, secrets: readonly string[] = []): string {
  return excerpt.shownLocation(location, [prepareSecrets(secrets)]);
}

function eightsOf(text: string): readonly string[] {
  return Array.from({ length: text.length - 7 }, (_, start) => text.slice(start, start + 8));
}

describe('what is kept of a response', () => {
  it('is its first 1,024 bytes, cut between characters', () => {
    expect(excerptResponse('x'.repeat(5_000), [])).toBe('x'.repeat(1_024));
    expect(excerptResponse('密'.repeat(400), [])).toBe('密'.repeat(341));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (body) => {
        const kept = excerptResponse(body, []);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1_024);
        expect(body.startsWith(kept)).toBe(true);
      }),
    );
  });

  it.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url')],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['without its prefix', SECRET.slice('whsec_'.length)],
    ['as the key in hex', Buffer.from(SECRET.slice('whsec_'.length), 'base64').toString('hex')],
    ['in capitals', SECRET.toUpperCase()],
  ])('never holds a secret that was echoed %s', (_form, echo) => {
    expect(excerptResponse(`you sent ${echo}!`, [SECRET])).toBe('you sent ***!');
  });

  it.each([
    ['a URL', "a8Q~b!c'd(e)f*g%20h%2Fi"],
    ['a URL by Python', 'a8Q~b%21c%27d%28e%29f%2Ag%20h%2Fi'],
    ['a form', 'a8Q%7Eb%21c%27d%28e%29f*g+h%2Fi'],
  ])('masks what was echoed as part of %s', (_what, body) => {
    expect(excerptResponse(`secret=${body}&grant=x`, ["a8Q~b!c'd(e)f*g h/i"])).toBe('secret=***&grant=x');
  });

  it('masks URL-encoded and JSON-escaped echoes', () => {
    const secret = 'p@ss word/with"quote';
    expect(excerptResponse(encodeURIComponent(secret), [secret])).toBe('***');
    expect(excerptResponse(JSON.stringify({ secret }), [secret])).toBe('{"secret":"***"}');
  });

  it.each([
    ['by PHP', '{"got":"a\\/b&c<d>\'e\\"f+g"}'],
    ['by Go', '{"got":"a/b\\u0026c\\u003cd\\u003e\'e\\"f+g"}'],
    ['by .NET', '{"got":"a/b\\u0026c\\u003Cd\\u003E\\u0027e\\u0022f\\u002Bg"}'],
  ])('masks what was echoed as JSON %s', (_writer, body) => {
    const secret = 'a/b&c<d>\'e"f+g';
    expect(JSON.parse(body)).toEqual({ got: secret });
    expect(excerptResponse(body, [secret])).toBe('{"got":"***"}');
  });

  it.each([
    ['by most', '<p>a/b&amp;c&lt;d&gt;&#39;e&quot;f+g</p>'],
    ['by .NET', '<p>a/b&amp;c&lt;d&gt;&#x27;e&quot;f&#x2B;g</p>'],
  ])('masks what was echoed on a page %s', (_writer, body) => {
    expect(excerptResponse(body, ['a/b&c<d>\'e"f+g'])).toBe('<p>***</p>');
  });

  it('masks the token of an Authorization header that is echoed alone', () => {
    expect(excerptResponse('bad token abcdef0123456789', ['Bearer abcdef0123456789'])).toBe('bad token ***');
  });

  it.each([
    ['its path', 'Cannot POST /services/T0AB/B1CD/Xy7kQm2vN9pLw4Rt8sZb'],
    ['its path behind another host', 'https://login.example/services/T0AB/B1CD/Xy7kQm2vN9pLw4Rt8sZb'],
    ['its token', 'no_such_token Xy7kQm2vN9pLw4Rt8sZb'],
    ['its path, encoded', 'back=%2Fservices%2FT0AB%2FB1CD%2FXy7kQm2vN9pLw4Rt8sZb'],
  ])('never holds the secret of a URL that was echoed by %s', (_form, body) => {
    const kept = excerptResponse(body, ['https://hooks.example/services/T0AB/B1CD/Xy7kQm2vN9pLw4Rt8sZb']);
    expect(kept).toContain('***');
    expect(kept).not.toContain('Xy7kQm2vN9pLw4Rt8sZb');
  });

  it('never holds the token in the query of a URL, and leaves its words', () => {
    const url = 'https://flows.example/services?api-version=1&sig=Xy7kQm2vN9pLw4Rt8sZb%2Fq';
    expect(excerptResponse('sig Xy7kQm2vN9pLw4Rt8sZb/q of api-version 1 in services', [url])).toBe(
      'sig *** of api-version 1 in services',
    );
  });

  it.each([
    ['as it stands', 'sig=Xy7kQm2vN9pLw4Rt8sZb%2Fq%3D'],
    ['read', 'sig=Xy7kQm2vN9pLw4Rt8sZb/q='],
    ['encoded once more', 'sig=Xy7kQm2vN9pLw4Rt8sZb%252Fq%253D'],
    ['encoded twice more', 'sig=Xy7kQm2vN9pLw4Rt8sZb%25252Fq%25253D'],
  ])('never holds a part of the token in the query, %s', (_form, body) => {
    const url = 'https://flows.example/run?v=1&sig=Xy7kQm2vN9pLw4Rt8sZb%2Fq%3D';
    expect(excerptResponse(body, [url])).toBe('sig=***');
  });

  it("shows nothing of a secret URL's ids either", () => {
    const url = 'https://hooks.slack.com/services/T0ABCDEFG/B0HIJKLMN/Xy7kQm2vN9pLw4Rt8sZb';
    const body = JSON.stringify({ unknown: url.split('/'), team: 'T0ABCDEFG' });
    expect(excerptResponse(body, [url])).toBe(
      '{"unknown":["https:","","hooks.slack.com","services","***","***","***"],"team":"***"}',
    );
  });

  it('is not riddled with holes for a URL that is hardly more than a host', () => {
    expect(excerptResponse('a/b/c', ['https://hooks.example/'])).toBe('a/b/c');
  });

  it('is masked where it is the value of a longer one', () => {
    const echo = Buffer.from(SECRET.slice('whsec_'.length), 'base64').toString('hex');
    expect(excerptResponse(`key ${echo}`, [`v1,${SECRET}`])).toBe('key ***');
  });

  it('is made of no more than the first 4 KB, though masks make them shorter', () => {
    const line = `${'z'.repeat(100)}\n`;
    expect(excerptResponse(line.repeat(1_000), ['z'.repeat(100)])).toBe('***\n'.repeat(41).slice(0, -1));
  });

  it('leaves no half of a secret at the cut', () => {
    const kept = excerptResponse('x'.repeat(1_010) + SECRET, [SECRET]);
    expect(kept).toBe(`${'x'.repeat(1_010)}***`);
  });

  it('has nothing of a secret where reading stopped, though masks bring that place forward into it', () => {
    // No stars, which are the mask's. Only of long secrets do as many masks as were read fit into what is kept.
    const secretText = fc.string({
      unit: fc.integer({ min: 0x2b, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 300,
      maxLength: 600,
    });
    const form = fc.constantFrom<[name: string, encode: (text: string) => string]>(
      ['raw', (text) => text],
      ['base64', (text) => Buffer.from(text).toString('base64')],
      ['base64url', (text) => Buffer.from(text).toString('base64url')],
      ['hex', (text) => Buffer.from(text).toString('hex')],
      ['URL-encoded', (text) => encodeURIComponent(text)],
      ['JSON', (text) => JSON.stringify(text).slice(1, -1)],
    );
    fc.assert(
      fc.property(
        fc.array(secretText, { minLength: 1, maxLength: 3 }),
        form,
        fc.constantFrom('', ' ', '&'),
        fc.nat(1_800),
        (secrets, [, encode], between, shift) => {
          const echoes = secrets.map((secret) => encode(secret) + between).join('');
          const sent = ' '.repeat(shift) + echoes.repeat(Math.ceil(MAX_RESPONSE_BYTES / echoes.length));
          const kept = excerptResponse(asRead(sent), secrets);
          for (const secret of secrets) {
            expect(eightsOf(encode(secret)).find((eight) => kept.includes(eight))).toBeUndefined();
          }
        },
      ),
    );
  });

  it.each([0, 1, 2])('has nothing of a secret of which reading stopped within a character (%i bytes on)', (shift) => {
    const secret = '密码'.repeat(100);
    const kept = excerptResponse(asRead('x'.repeat(shift) + secret.repeat(120)), [secret]);
    expect(kept).toMatch(/^x*(\*\*\*)+$/);
  });

  it('tells the end of a response that was read to its end from a secret that begins like it', () => {
    expect(excerptResponse('see https://hooks.example/', ['https://hooks.example/services/Xy7kQm2vN9pLw4Rt8sZb'])).toBe(
      'see https://hooks.example/',
    );
  });

  it('stays readable for values so short that masking them protects nothing', () => {
    expect(excerptResponse('1 of 10 is not a valid id: abc', ['1', 'id', 'abc'])).toBe(
      '1 of 10 is not a valid id: abc',
    );
    expect(excerptResponse('got abcd', ['abcd'])).toBe('got ***');
  });

  it('masks the longer of two secrets whole', () => {
    expect(excerptResponse('abcdefghijkl', ['abcdefgh', 'abcdefghijkl'])).toBe('***');
  });
});

describe('what is shown of a response', () => {
  it('is its status, its first 20 headers and what is kept of its body', () => {
    const names = Array.from({ length: 30 }, (_, index) => `x-${index}`);
    const headers = Object.fromEntries(names.map((name) => [name, 'v']));
    const shown = maskResponse({ statusCode: 302, headers, body: 'x'.repeat(5_000) }, []);
    expect(shown).toMatchObject({ statusCode: 302, body: 'x'.repeat(1_024) });
    expect(Object.keys(shown.headers)).toEqual(names.slice(0, 20));
  });

  it('has no header longer than that', () => {
    const shown = maskResponse({ statusCode: 200, headers: { 'x-long': 'x'.repeat(5_000) }, body: '' }, []);
    expect(shown.headers).toEqual({ 'x-long': 'x'.repeat(1_024) });
  });

  it('has every secret masked, in names and values of headers and in the body', () => {
    const headers = { 'x-link': `https://login.example/?key=${SECRET}`, [`x-${SECRET.toLowerCase()}`]: '1' };
    expect(maskResponse({ statusCode: 200, headers, body: `got ${SECRET}` }, [SECRET])).toEqual({
      statusCode: 200,
      headers: { 'x-link': 'https://login.example/?key=***', 'x-***': '1' },
      body: 'got ***',
    });
  });
});

describe('where a redirect leads', () => {
  it.each([
    ['https://siem.example/new', 'https://siem.example/new'],
    ['/login', '/login'],
    ['https://siem.example/new?token=abc', 'https://siem.example/new…'],
    ['https://siem.example/new#token=abc', 'https://siem.example/new…'],
    ['https://siem.example/new?', 'https://siem.example/new…'],
    ['?token=abc', '…'],
    ['https://user:pass@siem.example/new', 'https://siem.example/new'],
    ['//user:p@ss@siem.example/new', '//siem.example/new'],
    ['https:\\\\user:pass@siem.example', 'https:\\\\siem.example'],
    ['https://siem.example/users/@me', 'https://siem.example/users/@me'],
    [`https://siem.example/${'a'.repeat(400)}`, `https://siem.example/${'a'.repeat(279)}…`],
  ])('is shown of %s as %s', (location, shown) => {
    expect(shownLocation(location)).toBe(shown);
  });

  it('holds no secret, wherever it stands', () => {
    const before = fc.nat({ max: 320 });
    fc.assert(
      fc.property(before, fc.constantFrom('/', '?key=', '#', '@'), (characters, separator) => {
        const location = `https://siem.example/${'a'.repeat(characters)}${separator}${SECRET}/b`;
        const shown = shownLocation(location, [SECRET]);
        expect(eightsOf(SECRET).filter((eight) => shown.includes(eight))).toEqual([]);
      }),
    );
  });

  it('is shown so among the headers too', () => {
    const headers = { location: `https://siem.example/${SECRET}?state=abc` };
    expect(maskResponse({ statusCode: 302, headers, body: '' }, [SECRET]).headers).toEqual({
      location: 'https://siem.example/***…',
    });
  });
});
