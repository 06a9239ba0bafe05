/**
 * Slack's incoming webhook: a message of blocks. The finding's texts stand in `plain_text` objects, where Slack reads
 * neither mentions nor links nor emphasis; the `mrkdwn` objects hold the links alone.
 */

import { cutToFit } from '../../finding/cut-text.ts';
import { type DigestContent, digestPeriod, digestTitle, moreWords } from '../../finding/digest-content.ts';
import type { Finding } from '../../finding/finding.ts';
import {
  affectedWords,
  type FindingLink,
  findingLinks,
  headline,
  idWords,
  notificationWords,
  oneLine,
  platformWords,
  runningTexts,
  severityWords,
} from '../../finding/finding-words.ts';
import type { Lifecycle } from '../../finding/lifecycle.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Pace } from '../../webhook/pace.ts';
import type { Classification, Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

/** The comments of `@slack/types` give these, in characters. */
const HEADER_CHARACTERS = 150;
const SECTION_CHARACTERS = 3_000;
/** Slack takes 2,000 of each. */
const FIELD_CHARACTERS = 1_000;
/** All blocks together, as JSON, must stay below about 13,000 (bolt-js issue 2509). */
const BLOCKS_CHARACTERS = 11_999;
/** Of the links' markup: with this much the blocks leave room for a summary. Two links share it. */
const LINK_CHARACTERS = 2_500;

/** One message a second. Slack shows a short burst too, but does not promise to. */
const PACE: Pace = { paceMillis: 1_000, burst: 1 };

export const format: Format = {
  id: 'slack',
  urlIsCredential: true,
  pace: PACE,
  render: ({ finding, lifecycle, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonBody({
      text: escapeText(notificationWords(finding, lifecycle)),
      blocks: blocksOf(finding, deliveryId, lifecycle),
    }),
  }),
  renderDigest: ({ digest, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonBody({ text: escapeText(digestTitle(digest)), blocks: digestBlocks(digest, deliveryId) }),
  }),
  classify,
};

/** Ten lines of at most this much, with what JSON makes of them, stay far below the limit of all blocks. */
const LINE_CHARACTERS = 400;

function digestBlocks(digest: DigestContent, deliveryId: DeliveryId): readonly object[] {
  const more = moreWords(digest);
  const link = digest.pageUrl === undefined ? undefined : markupOf({ label: 'Open in Thalian', href: digest.pageUrl });
  return [
    { type: 'header', text: plainText(fitEscaped(digestTitle(digest), HEADER_CHARACTERS)) },
    ...digest.lines.map(({ words }) => ({ type: 'section', text: plainText(fitLine(words)) })),
    ...(more === undefined ? [] : [{ type: 'section', text: plainText(more) }]),
    ...(link === undefined ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: link, verbatim: true } }]),
    { type: 'context', elements: [plainText(`${digestPeriod(digest)} · ${deliveryId}`)] },
  ];
}

/** Measured as JSON has it, whose escapes count too. */
function fitLine(words: string): string {
  return escapeText(cutToFit(words, (cut) => JSON.stringify(escapeText(cut)).length <= LINE_CHARACTERS));
}

/** The texts give way where signs that JSON escapes make the whole too long. */
function blocksOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle): readonly object[] {
  const texts = runningTexts(finding);
  const fits = (shown: readonly string[]) =>
    JSON.stringify(blocksWith(finding, deliveryId, shown, lifecycle)).length <= BLOCKS_CHARACTERS;
  const shown: string[] = [];
  for (const text of texts) {
    const share = cutToFit(text, (cut) => escapeText(cut).length <= SECTION_CHARACTERS / texts.length);
    shown.push(cutToFit(share, (cut) => fits([...shown, cut])));
  }
  return blocksWith(finding, deliveryId, shown, lifecycle);
}

function blocksWith(
  finding: Finding,
  deliveryId: DeliveryId,
  texts: readonly string[],
  lifecycle?: Lifecycle,
): readonly object[] {
  const { severity, category, detectedAt, id } = finding;
  return [
    { type: 'header', text: plainText(fitEscaped(headline(finding, lifecycle), HEADER_CHARACTERS)) },
    {
      type: 'section',
      fields: [
        field('Severity', severityWords(severity)),
        field('Affected', affectedWords(finding)),
        field('Platform', platformWords(finding)),
        field('Detected', oneLine(detectedAt)),
        ...(category === undefined ? [] : [field('Category', oneLine(category))]),
      ],
    },
    ...texts.map((text) => ({ type: 'section', text: plainText(escapeText(text)) })),
    ...linksOf(finding).map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })),
    { type: 'context', elements: [plainText(escapeText(idsOf(id, deliveryId)))] },
  ];
}

function idsOf(findingId: string, deliveryId: DeliveryId): string {
  const sentence = (words: string) => `Finding ${words}`;
  return sentence(idWords(findingId, deliveryId, (words) => escapeText(sentence(words)).length <= FIELD_CHARACTERS));
}

function field(label: string, value: string) {
  return plainText(fitEscaped(`${label}\n${value}`, FIELD_CHARACTERS));
}

function plainText(text: string) {
  return { type: 'plain_text', text, emoji: false };
}

/** Measured as it is sent, because escapes make three and five characters of one. */
function linksOf(finding: Finding): readonly string[] {
  const links = findingLinks(finding, LINK_CHARACTERS).map(markupOf);
  return links.filter((markup) => markup.length <= LINK_CHARACTERS / links.length);
}

/** A bar would end the address. */
function markupOf({ label, href }: FindingLink): string {
  return `<${escapeText(href.replaceAll('|', '%7C'))}|${label}>`;
}

function fitEscaped(text: string, maxCharacters: number): string {
  return escapeText(cutToFit(text, (candidate) => escapeText(candidate).length <= maxCharacters));
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Slack says `ok`. Anything else with a 200 comes from a proxy in between. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  return { kind: statusCode === 200 && body.trim() === 'ok' ? 'success' : 'failure' };
}
