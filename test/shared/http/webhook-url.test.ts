import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Cidr, parseCidr } from '../../../shared/http/address.ts';
import { checkWebhookUrl, parseHostList, type UrlRefusal } from '../../../shared/http/webhook-url.ts';

const production = { allowedCidrs: [], ownHosts: ['api.thalian.example'] };
const local = { allowedCidrs: [cidr('127.0.0.0/8'), cidr('::1/128')], ownHosts: [] };

const ssrfCase = z.object({
  url: z.string(),
  https_url: z.string().optional(),
  expect: z.enum(['allow', 'deny']),
  layer: z.enum(['parse', 'ip', 'resolve', 'policy']).optional(),
  why: z.string(),
});
const cases = z
  .array(ssrfCase)
  .parse(JSON.parse(readFileSync(new URL('../../vectors/ssrf-cases.json', import.meta.url), 'utf8')));
const urlsOf = (filter: (entry: z.infer<typeof ssrfCase>) => boolean) =>
  cases
    .filter(filter)
    .flatMap(({ url, https_url, why }) => (https_url === undefined ? [url] : [url, https_url]).map((u) => [u, why]));

describe('checkWebhookUrl', () => {
  it.each(urlsOf((entry) => entry.expect === 'allow'))('accepts %j (%s)', (url) => {
    expect(checkWebhookUrl(url ?? '', production)).toMatchObject({ kind: 'accepted' });
  });

  it.each(urlsOf((entry) => entry.expect === 'deny' && entry.layer !== 'resolve'))('refuses %j (%s)', (url) => {
    expect(checkWebhookUrl(url ?? '', production)).toMatchObject({ kind: 'refused' });
  });

  it.each<[string, UrlRefusal]>([
    ['', 'unreadable'],
    ['example.com', 'no-scheme'],
    ['example.com/hook', 'no-scheme'],
    ['example.com:8443/hook?a=b', 'no-scheme'],
    ['//example.com/hook', 'no-scheme'],
    ['10.0.0.1/hook', 'no-scheme'],
    ['example', 'unreadable'],
    ['/hook', 'unreadable'],
    ['mailto:jane@example.com', 'not-https'],
    ['javascript:alert(1.2)', 'not-https'],
    ['data:text/html,a.b', 'not-https'],
    ['http:example.com', 'not-https'],
    ['https://example.com/a b', 'stray-characters'],
    ['https://example.com/a\u00a0b', 'stray-characters'],
    ['https://example.com/\u0085', 'stray-characters'],
    ['https://example.com/a\tb', 'stray-characters'],
    ['https://example.com/\n', 'stray-characters'],
    ['https://example.com\\@other.example/', 'stray-characters'],
    ['https://1.2.3.4.5/', 'unreadable'],
    ['http://example.com/', 'not-https'],
    ['HTTP://127.0.0.1/', 'not-https'],
    ['https://user@example.com/', 'credentials-in-url'],
    ['https://:password@example.com/', 'credentials-in-url'],
    ['https://example.com:0/', 'port-refused'],
    ['https://example.com:80/', 'port-refused'],
    ['https://example.com:442/', 'port-refused'],
    ['https://example.com:444/', 'port-refused'],
    ['https://example.com:1023/', 'port-refused'],
    ['https://\u{1d558}itlab.example/', 'host-refused'],
    ['https://mi\u00dfile.example/', 'host-refused'],
    ['https://mi%C3%9Ffile.example/', 'host-refused'],
    ['https://%F0%9D%95%98itlab.example/', 'host-refused'],
    ['https://exam\u00adple.com/', 'host-refused'],
    ['https://exam%C2%ADple.com/', 'host-refused'],
    ['https://exam\u200bple.com/', 'host-refused'],
    ['https://exam%EF%BB%BFple.com/', 'host-refused'],
    ['https://exam\ufe0fple.com/', 'host-refused'],
    ['https://example\u3002com/', 'host-refused'],
    ['https://example\uff0ecom/', 'host-refused'],
    ['https://example\uff61com/', 'host-refused'],
    ['https://example%E3%80%82com/', 'host-refused'],
    [' https://example.com/', 'stray-characters'],
    ['https://example.com/ ', 'stray-characters'],
    ['https://*.example.com/', 'host-refused'],
    ["https://it's.example.com/", 'host-refused'],
    ['https://a,b.example.com/', 'host-refused'],
    [`https://${'a'.repeat(64)}.example.com/`, 'host-refused'],
    ['https://intranet/', 'host-refused'],
    ['https://intranet./', 'host-refused'],
    ['https://localhost/', 'host-refused'],
    ['https://LOCALHOST./', 'host-refused'],
    ['https://localhost../', 'host-refused'],
    ['https://a..example.com/', 'host-refused'],
    ['https://.example.com/', 'host-refused'],
    ['https://a.localhost/', 'host-refused'],
    ['https://a.local/', 'host-refused'],
    ['https://a.b.internal/', 'host-refused'],
    ['https://a.localdomain/', 'host-refused'],
    ['https://home.arpa/', 'host-refused'],
    ['https://a.home.arpa/', 'host-refused'],
    ['https://a.onion/', 'host-refused'],
    ['https://a.test/', 'host-refused'],
    ['https://a.invalid/', 'host-refused'],
    ['https://API.thalian.example/v1/webhooks', 'host-refused'],
    ['https://api.thalian.example./', 'host-refused'],
    ['https://127.0.0.1:9001/2018-06-01/runtime/invocation/next', 'address-refused'],
    ['https://①②⑦.0.0.①/', 'address-refused'],
    ['https://[::1]/', 'address-refused'],
    [`https://example.com/${'a'.repeat(2029)}`, 'too-long'],
    [`https://${'a'.repeat(60)}.${'b.'.repeat(91)}example.com/`, 'host-refused'],
  ])('refuses %j as %s', (url, reason) => {
    expect(checkWebhookUrl(url, production)).toMatchObject({ kind: 'refused', reason });
  });

  it.each([
    'https://example.com:1024/',
    'https://example.com:65535/',
    'https://example.com:443/',
    'https://notlocalhost.example/',
    'https://b\u00fccher.example/',
    'https://b%C3%BCcher.example/',
    'https://internal.example.com/',
    'https://www.api.thalian.example.com/',
    `https://example.com/${'a'.repeat(2028)}`,
    `https://${'a'.repeat(60)}.${'b.'.repeat(90)}example.com/`,
  ])('accepts %j, just inside a rule', (url) => {
    expect(checkWebhookUrl(url, production)).toMatchObject({ kind: 'accepted' });
  });

  it('refuses a host that is far too long before it parses it: that would take the square of its length', () => {
    for (const letter of ['密', '%E5%AF%86']) {
      // Any URL that is parsed is refused for its scheme.
      expect(checkWebhookUrl(`http://${letter.repeat(600)}.example/`, production)).toMatchObject({
        reason: 'host-refused',
      });
    }
  });

  it('hands on the normalised URL and its parts, so that it is parsed once', () => {
    expect(checkWebhookUrl('https://EXAMPLE.com.:8443/a/../b?c=d#e', production)).toEqual({
      kind: 'accepted',
      url: 'https://example.com:8443/b?c=d#e',
      origin: 'https://example.com:8443',
      hostname: 'example.com',
      port: 8443,
      host: 'example.com:8443',
      path: '/b?c=d',
    });
  });

  it('hands on the port of HTTPS where the URL has none', () => {
    expect(checkWebhookUrl('https://example.com/', production)).toMatchObject({ port: 443, host: 'example.com' });
  });

  it('names an IPv6 host without its brackets', () => {
    expect(checkWebhookUrl('https://[2600:1F18:0::1]/', production)).toMatchObject({
      hostname: '2600:1f18::1',
      origin: 'https://[2600:1f18::1]',
    });
  });

  it('tells the user to use HTTPS', () => {
    expect(checkWebhookUrl('http://example.com/', production)).toMatchObject({
      message: 'Webhook URLs must use HTTPS.',
    });
  });

  it('says the same of every refused address, however it is written and whatever lies behind it', () => {
    const urls = ['https://169.254.169.254/', 'https://0x7f000001/', 'https://[fd00:ec2::254]/', 'https://192.0.2.1/'];
    const results = urls.map((url) => checkWebhookUrl(url, production));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  });

  it('says the same of a reserved name and of our own host', () => {
    expect(checkWebhookUrl('https://api.thalian.example/', production)).toEqual(
      checkWebhookUrl('https://printer.local/', production),
    );
  });

  it.each(['https://localhost:8443/hook', 'https://127.0.0.1:8443/hook', 'https://[::1]:8443/hook'])(
    'accepts %j on a stage that allows the loopback addresses',
    (url) => {
      expect(checkWebhookUrl(url, local)).toMatchObject({ kind: 'accepted' });
    },
  );

  it.each([
    'http://localhost:8443/hook',
    'https://a.localhost/hook',
    'https://printer.local/hook',
    'https://10.0.0.1/hook',
  ])('refuses %j even on a stage that allows the loopback addresses', (url) => {
    expect(checkWebhookUrl(url, local)).toMatchObject({ kind: 'refused' });
  });
});

describe('parseHostList', () => {
  it('takes the hosts apart as an environment variable holds them, of which nothing is none', () => {
    expect(parseHostList('api.thalian.example, hooks.thalian.example,')).toEqual([
      'api.thalian.example',
      'hooks.thalian.example',
    ]);
    expect(parseHostList('')).toEqual([]);
  });
});

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) {
    throw new Error(`not a CIDR: ${text}`);
  }
  return parsed;
}
