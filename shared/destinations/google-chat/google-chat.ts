/**
 * Google Chat: a card. The texts of its widgets are read as simple HTML and so escaped; the header, whose reading is not
 * documented, holds none of the finding's. The text of the notification is plain and has no angle brackets, so that it mentions no one.
 */

import { createHash } from 'node:crypto';
import { cutToFit } from '../../finding/cut-text.ts';
import { type DigestContent, digestPeriod, digestTitle, moreWords } from '../../finding/digest-content.ts';
import type { Finding } from '../../finding/finding.ts';
import {
  affectedWords,
  type FindingLink,
  findingLinks,
  idWords,
  LEVEL_WORDS,
  notificationWords,
  oneLine,
  platformWords,
  runningTexts,
  severityWords,
} from '../../finding/finding-words.ts';
import { EVENT_WORDS, type Lifecycle } from '../../finding/lifecycle.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { withParameter } from '../../http/destination-url.ts';
import { parseResponseObject } from '../../http/response-json.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Pace } from '../../webhook/pace.ts';
import type { Classification, Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

/** The value of `threads` for a thread of its own for each finding. */
export const FINDING = 'finding';

/** Chat takes 32,000 bytes for the whole message; these add up to less than 30,000. */
const TITLE_BYTES = 2_500;
const DETAIL_BYTES = 2_500;
/** A description and the remediation share it. */
const TEXT_BYTES = 12_000;
const LINK_CHARACTERS = 2_048;

/** Below 60 a minute in a space, which all of its apps share. */
const PACE: Pace = { paceMillis: 1_100, burst: 1 };

export const format: Format = {
  id: 'google-chat',
  urlIsCredential: true,
  pace: PACE,
  render: ({ finding, lifecycle, deliveryId, url, options }) => ({
    method: 'POST',
    url: options['threads'] === FINDING ? inThreadOf(finding, url) : url,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: jsonBody({
      fallbackText: withoutMentions(notificationWords(finding, lifecycle)),
      cardsV2: [{ cardId: 'finding', card: cardOf(finding, deliveryId, lifecycle) }],
    }),
  }),
  renderDigest: ({ digest, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: jsonBody({
      fallbackText: digestTitle(digest),
      cardsV2: [{ cardId: 'digest', card: digestCard(digest, deliveryId) }],
    }),
  }),
  classify,
};

function digestCard(digest: DigestContent, deliveryId: DeliveryId) {
  const more = moreWords(digest);
  const { pageUrl } = digest;
  const button = pageUrl === undefined ? [] : [linkButton({ label: 'Open in Thalian', href: pageUrl })];
  return {
    header: { title: digestTitle(digest), subtitle: 'Thalian digest' },
    sections: [
      {
        widgets: [
          ...digest.lines.map(({ words }) => ({ textParagraph: { text: fitEscaped(words, DETAIL_BYTES) } })),
          ...(more === undefined ? [] : [{ textParagraph: { text: more } }]),
          ...(button.length === 0 ? [] : [{ buttonList: { buttons: button } }]),
          detail('Digest', `${digestPeriod(digest)} · ${deliveryId}`),
        ],
      },
    ],
  };
}

/** Without the second parameter Chat ignores the first, and begins a new thread. */
function inThreadOf({ id }: Finding, url: string): string {
  const threadKey = createHash('sha256').update(id).digest('hex');
  const inThread = withParameter(url, 'threadKey', threadKey);
  return withParameter(inThread, 'messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD');
}

function cardOf(finding: Finding, deliveryId: DeliveryId, { event }: Partial<Lifecycle> = {}) {
  const { title, severity, category, detectedAt, id } = finding;
  const texts = runningTexts(finding);
  const links = findingLinks(finding, LINK_CHARACTERS);
  return {
    header: {
      title: LEVEL_WORDS[severity.level],
      subtitle: `Thalian finding${event === undefined || event === 'detected' ? '' : `, ${EVENT_WORDS[event].toLowerCase()}`}`,
    },
    sections: [
      {
        widgets: [
          { textParagraph: { text: `<b>${fitEscaped(oneLine(title), TITLE_BYTES)}</b>` } },
          detail('Severity', severityWords(severity)),
          ...(category === undefined ? [] : [detail('Category', oneLine(category))]),
          detail('Affected', affectedWords(finding)),
          detail('Platform', platformWords(finding)),
          detail('Detected', oneLine(detectedAt)),
          ...texts.map((text) => ({ textParagraph: { text: fitEscaped(text, TEXT_BYTES / texts.length) } })),
          ...(links.length === 0 ? [] : [{ buttonList: { buttons: links.map(linkButton) } }]),
          detail(
            'Finding',
            idWords(id, deliveryId, (words) => fits(words, DETAIL_BYTES)),
          ),
        ],
      },
    ],
  };
}

function detail(topLabel: string, text: string) {
  return { decoratedText: { topLabel, text: fitEscaped(text, DETAIL_BYTES), wrapText: true } };
}

function linkButton({ label, href }: FindingLink) {
  return { text: label, onClick: { openLink: { url: href } } };
}

function fitEscaped(text: string, maxBytes: number): string {
  return escapeHtml(cutToFit(text, (candidate) => fits(candidate, maxBytes)));
}

/** Measured as the bytes of the JSON string that it becomes. */
function fits(text: string, maxBytes: number): boolean {
  return Buffer.byteLength(JSON.stringify(escapeHtml(text))) <= maxBytes;
}

/** Plain text has no escape: in angle brackets it could mention every member of the space. */
function withoutMentions(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Chat responds with the message that it made, and its name. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  const name = parseResponseObject(body)?.['name'];
  const isCreated = statusCode === 200 && typeof name === 'string' && name.startsWith('spaces/');
  return { kind: isCreated ? 'success' : 'failure' };
}
