/**
 * Microsoft Teams: an Adaptive Card for the Workflows template "When a Teams webhook request is received", and for the
 * incoming webhooks before it. The finding's texts stand in text runs, where Teams reads no markdown.
 */

import { cutToJsonBytes } from '../../finding/cut-text.ts';
import { type DigestContent, digestLevel, digestPeriod, digestTitle, moreWords } from '../../finding/digest-content.ts';
import type { Finding } from '../../finding/finding.ts';
import {
  affectedWords,
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
import type { SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { webPageCause } from '../../http/web-page.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Pace } from '../../webhook/pace.ts';
import type { Classification, Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

/**
 * Teams takes about 28 KB, and 21,000 bytes were measured in practice; beyond that it is the workflow that fails, unseen
 * by us. These add up to less than 20 KB with everything around them.
 */
const TITLE_BYTES = 1_500;
const DETAIL_BYTES = 1_500;
/** A description and the remediation share it. */
const TEXT_BYTES = 5_500;
/** Two links share it. */
const LINK_CHARACTERS = 2_048;

/** A limit of 4 in a second and one of 60 in half a minute: after a minute both windows are over. */
const INNER_LIMIT_MILLIS = 60_000;

/** The lowest that has text runs: Teams on phones shows no card that asks for more than it knows. */
const CARD_VERSION = '1.2';

const COLOR: Readonly<Record<SeverityLevel, string>> = {
  critical: 'attention',
  high: 'attention',
  medium: 'warning',
  low: 'accent',
  info: 'default',
};

/**
 * A workflow of Microsoft 365 may take 10,000 actions in any 24 hours. A run takes three at most: 3,333 findings. Half of
 * them may go at once, since 4,500 calls in five minutes are allowed; the other half is what a day refills.
 */
const PACE: Pace = { paceMillis: 52_000, burst: 1_666 };

export const format: Format = {
  id: 'teams',
  urlIsCredential: true,
  pace: PACE,
  render: ({ finding, lifecycle, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: messageOf(notificationWords(finding, lifecycle), cardOf(finding, deliveryId, lifecycle)),
  }),
  renderDigest: ({ digest, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: messageOf(digestTitle(digest), digestCard(digest, deliveryId)),
  }),
  classify,
};

function messageOf(summary: string, content: object): string {
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return jsonBody({ type: 'message', summary, attachments: [{ contentType, contentUrl: null, content }] });
}

function digestCard(digest: DigestContent, deliveryId: DeliveryId) {
  const title = digestTitle(digest);
  const more = moreWords(digest);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: CARD_VERSION,
    fallbackText: title,
    body: [
      paragraph({ text: title, size: 'large', weight: 'bolder', color: COLOR[digestLevel(digest)] }),
      ...digest.lines.map(({ words }) => paragraph({ text: cutToJsonBytes(words, DETAIL_BYTES) })),
      ...(more === undefined ? [] : [paragraph({ text: more })]),
      detail('Digest', `${digestPeriod(digest)} · ${deliveryId}`),
    ],
    ...(digest.pageUrl !== undefined && {
      actions: [{ type: 'Action.OpenUrl', title: 'Open in Thalian', url: digest.pageUrl }],
    }),
  };
}

function cardOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle) {
  const { severity, category, detectedAt, id } = finding;
  const texts = runningTexts(finding);
  const links = findingLinks(finding, LINK_CHARACTERS / (finding.url === undefined ? 1 : 2));
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: CARD_VERSION,
    // In the place of a card that a client cannot show.
    fallbackText: notificationWords(finding, lifecycle),
    body: [
      paragraph({
        text: cutToJsonBytes(headline(finding, lifecycle), TITLE_BYTES),
        size: 'large',
        weight: 'bolder',
        color: lifecycle?.event === 'resolved' ? 'good' : COLOR[severity.level],
      }),
      detail('Severity', severityWords(severity)),
      ...(category === undefined ? [] : [detail('Category', oneLine(category))]),
      detail('Affected', affectedWords(finding)),
      detail('Platform', platformWords(finding)),
      detail('Detected', oneLine(detectedAt)),
      ...texts.map((text) => paragraph({ text: cutToJsonBytes(text, TEXT_BYTES / texts.length) })),
      detail(
        'Finding',
        idWords(id, deliveryId, (words) => cutToJsonBytes(words, DETAIL_BYTES) === words),
      ),
    ],
    ...(links.length > 0 && {
      actions: links.map(({ label, href }) => ({ type: 'Action.OpenUrl', title: label, url: href })),
    }),
  };
}

function detail(label: string, text: string) {
  return paragraph({ text: `${label}: `, weight: 'bolder' }, { text: cutToJsonBytes(text, DETAIL_BYTES) });
}

function paragraph(...runs: readonly { readonly text: string; readonly [style: string]: string }[]) {
  return { type: 'RichTextBlock', inlines: runs.map((run) => ({ type: 'TextRun', ...run })) };
}

/** A workflow says 202 before it does anything; an incoming webhook says 200 and `1`, or 200 and what went wrong. */
function classify(response: ReceiverResponse): Classification {
  const { statusCode, body } = response;
  if (webPageCause(response) !== undefined) {
    return { kind: 'failure' };
  }
  const text = body.trim();
  const isOk = statusCode >= 200 && statusCode < 300;
  if (statusCode === 202 || (isOk && (text === '1' || text === ''))) {
    return { kind: 'success' };
  }
  const isInnerLimit = isOk && text.includes('HTTP error 429');
  return { kind: 'failure', ...(isInnerLimit && { retryAfterMillis: INNER_LIMIT_MILLIS }) };
}
