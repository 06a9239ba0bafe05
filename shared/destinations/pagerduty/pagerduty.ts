/**
 * PagerDuty's Events API v2: each finding triggers an alert, the finding's id keeps its repeats together, and its resolution
 * resolves the alert.
 */

import { createHash } from 'node:crypto';
import { cutToCharacters } from '../../finding/cut-text.ts';
import { detectionInstant, type Finding } from '../../finding/finding.ts';
import { affectedWords, findingLinks, headline, oneLine, platformWords, tamed } from '../../finding/finding-words.ts';
import type { Lifecycle } from '../../finding/lifecycle.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { withPathIfNone } from '../../http/destination-url.ts';
import { parseResponseObject } from '../../http/response-json.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Pace } from '../../webhook/pace.ts';
import type { Classification, Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

const ENQUEUE_PATH = '/v2/enqueue';

const SUMMARY_CHARACTERS = 1_024;
const DEDUP_KEY_CHARACTERS = 255;
/** No limit is documented for these two; this one keeps clear of any. */
const SOURCE_CHARACTERS = 255;
const LINK_CHARACTERS = 2_048;

/** PagerDuty opens an alert even for its lowest, so a threshold decides who is woken. */
const EVENT_SEVERITY: Readonly<Record<SeverityLevel, string>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  info: 'info',
};

/** Below the 120 events a minute of an integration key, which may have other senders. */
const PACE: Pace = { paceMillis: 600, burst: 1 };

export const format: Format = {
  id: 'pagerduty',
  urlIsCredential: false,
  pace: PACE,
  render: ({ finding, lifecycle, deliveryId, url, credentials }) => ({
    method: 'POST',
    url: withPathIfNone(url, ENQUEUE_PATH),
    headers: { 'content-type': 'application/json' },
    body: jsonBody({
      routing_key: credentials['routingKey'] ?? '',
      // Of a resolved alert the next trigger opens another under the same key.
      event_action: lifecycle?.event === 'resolved' ? 'resolve' : 'trigger',
      dedup_key: dedupKeyOf(finding.id),
      payload: payloadOf(finding, deliveryId, lifecycle),
      client: 'Thalian',
      ...linksOf(finding),
    }),
  }),
  classify,
};

/**
 * A cut or tamed key could join two findings; a hash keeps the repeats of one together. Whether PagerDuty counts characters
 * or bytes, and what it makes of blanks and control characters, is not documented.
 */
function dedupKeyOf(findingId: string): string {
  const isFit = Buffer.byteLength(findingId) <= DEDUP_KEY_CHARACTERS && oneLine(findingId) === findingId;
  return isFit ? findingId : `sha256-${createHash('sha256').update(findingId).digest('hex')}`;
}

function payloadOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle) {
  const { id: findingId, title: _title, detectedAt: _detectedAt, ...details } = finding;
  return {
    summary: cutToCharacters(headline(finding, lifecycle), SUMMARY_CHARACTERS),
    source: cutToCharacters(affectedWords(finding), SOURCE_CHARACTERS),
    severity: EVENT_SEVERITY[finding.severity.level],
    timestamp: detectionInstant(finding),
    component: platformWords(finding),
    class: 'finding',
    custom_details: tamed({ findingId, ...details, deliveryId, ...lifecycle }),
  };
}

/** `client_url` is where PagerDuty's "View in Thalian" leads. */
function linksOf(finding: Finding) {
  const links = findingLinks(finding, LINK_CHARACTERS).map(({ label, href }) => ({ href, text: label }));
  const page = links.find(({ text }) => text === 'Open in Thalian');
  return { ...(page && { client_url: page.href }), ...(links.length > 0 && { links }) };
}

/** PagerDuty says both. A proxy that tests for a browser may say 202, too. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  const isQueued = statusCode === 202 && parseResponseObject(body)?.['status'] === 'success';
  return { kind: isQueued ? 'success' : 'failure' };
}
