/**
 * Whether a response is a web page for people where a receiver's response was expected. Proxies answer so in the place of
 * a receiver when they take a program for a robot.
 */
import type { ReceiverResponse, WebPageCause } from './attempt-outcome.ts';

/** In this much of a page every proxy below has its mark. */
const SEARCHED_CHARACTERS = 16 * 1024;

/** Documented by AWS WAF (with 202 or 405) and by Cloudflare; no receiver sends them. */
const CHALLENGE_HEADERS: readonly (readonly [name: string, value: RegExp])[] = [
  ['cf-mitigated', /^challenge$/i],
  ['x-amzn-waf-action', /^(challenge|captcha)$/i],
];

/**
 * What is on these pages alone: Cloudflare, Akamai, Imperva, DataDome, HUMAN. Not what Cloudflare (`/cdn-cgi/challenge-platform/`)
 * and Imperva (`/_Incapsula_Resource?SWJIYLWA`) also put into the ordinary pages of their customers.
 */
const CHALLENGE_MARKS = [
  '_cf_chl_opt',
  'cf-error-details',
  '/_sec/cp_challenge/',
  'sec-if-cpt-container',
  'errors.edgesuite.net',
  '/_Incapsula_Resource?SWUDNSAI',
  'Incapsula incident ID',
  'captcha-delivery.com',
  'px-captcha',
] as const;

const HTML_TYPE = /^(text\/html|application\/xhtml\+xml)\b/i;
const HTML_START = /^\s*<(!doctype html|html)\b/i;

export function webPageCause(response: ReceiverResponse): WebPageCause | undefined {
  if (CHALLENGE_HEADERS.some(([name, value]) => value.test(response.headers[name]?.trim() ?? ''))) {
    return 'challenge-page';
  }
  if (!isHtml(response)) {
    return undefined;
  }
  const searched = response.body.slice(0, SEARCHED_CHARACTERS);
  return CHALLENGE_MARKS.some((mark) => searched.includes(mark)) ? 'challenge-page' : 'web-page';
}

function isHtml({ headers, body }: ReceiverResponse): boolean {
  return HTML_TYPE.test(headers['content-type']?.trim() ?? '') || HTML_START.test(body);
}
