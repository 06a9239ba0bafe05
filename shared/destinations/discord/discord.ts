/**
 * Discord: one embed. Its texts are escaped, so that they neither mention, link nor format; the footer, which Discord
 * shows as it is, is not. It waits for the message to be saved: without that, Discord hides that it was not.
 */

import { cutToCharacters, cutToFit } from '../../finding/cut-text.ts';
import { type DigestContent, digestLevel, digestPeriod, digestTitle, moreWords } from '../../finding/digest-content.ts';
import { detectionInstant, type Finding } from '../../finding/finding.ts';
import {
  affectedWords,
  findingLinks,
  headline,
  idWords,
  oneLine,
  platformWords,
  runningTexts,
  severityWords,
} from '../../finding/finding-words.ts';
import type { Lifecycle } from '../../finding/lifecycle.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { withParameter } from '../../http/destination-url.ts';
import { parseResponseObject } from '../../http/response-json.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Pace } from '../../webhook/pace.ts';
import type { Classification, Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

/** The value of `postTo` for channels that consist of posts, each with a title. */
export const FORUM = 'forum';

/**
 * Discord allows a title 256 characters, a description 4,096, a field's value 1,024, a footer 2,048 and all of them
 * together 6,000; these leave room for the labels.
 */
const TITLE_CHARACTERS = 256;
/** The finding's description and its remediation share it. */
const DESCRIPTION_CHARACTERS = 3_000;
const FIELD_CHARACTERS = 800;
const FOOTER_CHARACTERS = 400;
const LINK_CHARACTERS = 2_048;
/** Of a second link, which counts as text. */
const GUIDANCE_CHARACTERS = 500;
const POST_TITLE_CHARACTERS = 100;

/** In place of the severity's: nothing is left to do. */
const RESOLVED_COLOR = 0x27ae60;

const COLOR: Readonly<Record<SeverityLevel, number>> = {
  critical: 0xb00020,
  high: 0xe8590c,
  medium: 0xf2b705,
  low: 0x2f80ed,
  info: 0x95a5a6,
};

/** Below 30 a minute, which is the limit of each channel. The headers of Discord's responses, which allow more, do not tell it. */
const PACE: Pace = { paceMillis: 2_100, burst: 1 };

/**
 * Discord bans an address for 10,000 responses of 401, 403 or 429 in ten minutes. Ten minutes touch eleven of the clock:
 * 5,280 attempts. The rest is left to webhooks that begin to fail, which are not known as failing yet.
 */
const FAILING_PER_MINUTE = 480;

export const format: Format = {
  id: 'discord',
  urlIsCredential: true,
  pace: PACE,
  failingPerMinute: FAILING_PER_MINUTE,
  render: ({ finding, lifecycle, deliveryId, url, options }) => ({
    method: 'POST',
    url: withParameter(url, 'wait', 'true'),
    headers: { 'content-type': 'application/json' },
    body: jsonBody({
      allowed_mentions: { parse: [] },
      ...(options['postTo'] === FORUM && {
        thread_name: cutToCharacters(headline(finding, lifecycle), POST_TITLE_CHARACTERS),
      }),
      embeds: [embedOf(finding, deliveryId, lifecycle)],
    }),
  }),
  renderDigest: ({ digest, deliveryId, url, options }) => ({
    method: 'POST',
    url: withParameter(url, 'wait', 'true'),
    headers: { 'content-type': 'application/json' },
    body: jsonBody({
      allowed_mentions: { parse: [] },
      ...(options['postTo'] === FORUM && { thread_name: cutToCharacters(digestTitle(digest), POST_TITLE_CHARACTERS) }),
      embeds: [digestEmbed(digest, deliveryId)],
    }),
  }),
  classify,
};

/** Ten of them, and the words after them, stay below the 4,096 of a description. */
const LINE_CHARACTERS = 390;

function digestEmbed(digest: DigestContent, deliveryId: DeliveryId) {
  const page = digest.pageUrl !== undefined && isTakenAsLink(digest.pageUrl) ? digest.pageUrl : undefined;
  const more = moreWords(digest);
  return {
    title: fitEscaped(digestTitle(digest), TITLE_CHARACTERS),
    description: [
      ...digest.lines.map(({ words }) => fitEscaped(words, LINE_CHARACTERS)),
      ...(more === undefined ? [] : [more]),
    ].join('\n'),
    url: page,
    color: COLOR[digestLevel(digest)],
    timestamp: new Date(digest.endsAt).toISOString(),
    fields: [],
    footer: { text: `${digestPeriod(digest)} · ${deliveryId}` },
  };
}

function embedOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle) {
  const { id, severity, category } = finding;
  const texts = runningTexts(finding);
  const links = findingLinks(finding, LINK_CHARACTERS);
  const page = links.find(({ href }) => isTakenAsLink(href));
  const guidance = links
    .filter((link) => link !== page)
    .map(({ label, href }) => ({ name: label, value: escapeAddress(href) }));
  return {
    title: fitEscaped(headline(finding, lifecycle), TITLE_CHARACTERS),
    ...(texts.length > 0 && {
      description: texts.map((text) => fitEscaped(text, DESCRIPTION_CHARACTERS / texts.length)).join('\n\n'),
    }),
    url: page?.href,
    color: lifecycle?.event === 'resolved' ? RESOLVED_COLOR : COLOR[severity.level],
    timestamp: detectionInstant(finding),
    fields: [
      { name: 'Severity', value: fitEscaped(severityWords(severity), FIELD_CHARACTERS), inline: true },
      { name: 'Platform', value: fitEscaped(platformWords(finding), FIELD_CHARACTERS), inline: true },
      ...(category === undefined
        ? []
        : [{ name: 'Category', value: fitEscaped(oneLine(category), FIELD_CHARACTERS), inline: true }]),
      { name: 'Affected', value: fitEscaped(affectedWords(finding), FIELD_CHARACTERS) },
      ...guidance.filter(({ value }) => value.length <= GUIDANCE_CHARACTERS),
    ],
    footer: { text: footerOf(id, deliveryId) },
  };
}

/** Discord refuses the whole message for a host without a dot; of addresses it does not say. They are written as text. */
function isTakenAsLink(href: string): boolean {
  return /^(?:[a-z\d-]+\.)+[a-z][a-z\d-]+$/.test(new URL(href).hostname);
}

function footerOf(findingId: string, deliveryId: DeliveryId): string {
  const footer = (words: string) => `Finding ${words}`;
  return footer(idWords(findingId, deliveryId, (words) => footer(words).length <= FOOTER_CHARACTERS));
}

function fitEscaped(text: string, maxCharacters: number): string {
  return escapeMarkdown(cutToFit(text, (candidate) => escapeMarkdown(candidate).length <= maxCharacters));
}

/** A bare address becomes a link; in angle brackets no sign in it formats. */
function escapeAddress(href: string): string {
  return `<${href.replaceAll('>', '%3E')}>`;
}

/** Of emphasis, code, quotes, headings, links, addresses (`:`), mentions (`<`, `@`) and emoji (`:`). */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\*_~`|>#[\]()<@:-]/g, '\\$&');
}

/** A 204 does not say that the message was saved. The wait of a 429 is in the body, in seconds with a fraction. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  const response = parseResponseObject(body);
  if (statusCode === 200 && typeof response?.['id'] === 'string') {
    return { kind: 'success' };
  }
  const retryAfter = response?.['retry_after'];
  return statusCode === 429 && typeof retryAfter === 'number' && retryAfter >= 0
    ? { kind: 'failure', retryAfterMillis: Math.ceil(retryAfter * 1000) }
    : { kind: 'failure' };
}
