import { describe, expect, it } from 'vitest';
import { webPageCause } from '../../../shared/http/web-page.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };

function causeOf(headers: Readonly<Record<string, string>>, body = '', statusCode = 403) {
  return webPageCause({ statusCode, headers, body });
}

describe('a challenge page', () => {
  it.each([
    ['Cloudflare', { 'cf-mitigated': 'challenge' }],
    ['AWS WAF', { 'x-amzn-waf-action': 'challenge' }],
    ['AWS WAF', { 'x-amzn-waf-action': 'captcha' }],
  ])('is known by a header: %s', (_proxy, headers) => {
    expect(causeOf(headers)).toBe('challenge-page');
  });

  it.each([
    ['Cloudflare', '<title>Just a moment...</title><script>(function(){window._cf_chl_opt={cvId:"3"}})()</script>'],
    ['Cloudflare', '<h1>Sorry, you have been blocked</h1><div id="cf-error-details">'],
    ['Akamai', '<HTML><TITLE>Access Denied</TITLE>Reference&#32;&#35;18 https&#58; errors.edgesuite.net/18.f</HTML>'],
    ['Akamai', '<div id="sec-if-cpt-container">'],
    ['Akamai', '<script src="/_sec/cp_challenge/ab.js">'],
    ['Imperva', '<iframe src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1">Request unsuccessful.</iframe>'],
    ['Imperva', 'Request unsuccessful. Incapsula incident ID: 7-1'],
    ['DataDome', '<script src="https://ct.captcha-delivery.com/c.js"></script>'],
    ['HUMAN', '<div id="px-captcha"></div>'],
  ])('is known by what it loads: %s, %s', (_proxy, body) => {
    expect(causeOf(HTML, `<!DOCTYPE html>${body}`)).toBe('challenge-page');
    expect(causeOf({}, `\n<html>${body}`)).toBe('challenge-page');
    // The same text in a receiver's JSON, such as an echo of a finding, is no page.
    expect(causeOf({ 'content-type': 'application/json' }, JSON.stringify({ body }))).toBeUndefined();
  });
});

describe('a page for people', () => {
  it.each([
    [HTML, 'Forbidden'],
    [{ 'content-type': 'TEXT/HTML' }, ''],
    [{ 'content-type': 'application/xhtml+xml' }, ''],
    [{}, '<!doctype html><title>Sign in</title>'],
    [{}, '  \n<HTML>'],
  ])('is known by its type or its beginning: %j %s', (headers, body) => {
    expect(causeOf(headers, body)).toBe('web-page');
  });

  it.each([
    '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
    '<script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3"></script>',
    '<script src="https://js.datadome.co/tags.js"></script>',
  ])('is no challenge, though the proxy before it has added a script of its own: %s', (script) => {
    expect(causeOf(HTML, `<html>Thanks!${script}</html>`, 200)).toBe('web-page');
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 'Forbidden'],
    [{ 'content-type': 'application/json' }, '{"html":"<html>"}'],
    [{ 'cf-mitigated': 'no', 'x-amzn-waf-action': 'allow' }, ''],
    [{ 'content-type': 'text/htmlx' }, 'x <html>'],
  ])('is nothing else: %j %s', (headers, body) => {
    expect(causeOf(headers, body)).toBeUndefined();
  });
});
