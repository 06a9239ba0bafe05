/**
 * Jira Cloud: one issue per delivery. Its description is a document of literal text, so nothing of the finding can link
 * or mention. Jira has no idempotency key: the delivery's id stands in a label and in the description, to be searched.
 */

import { cutToCharacters, cutToFit } from '../../finding/cut-text.ts';
import type { Finding } from '../../finding/finding.ts';
import {
  affectedWords,
  guidanceLink,
  headline,
  oneLine,
  paragraphs,
  severityWords,
} from '../../finding/finding-words.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { basicAuthorization } from '../../http/basic-authorization.ts';
import { withPathIfNone } from '../../http/destination-url.ts';
import { parseResponseObject } from '../../http/response-json.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Classification, Format, FormatOptions } from '../format.ts';

export const DEFAULT_ISSUE_TYPE = 'Task';
/** In the order of the levels, from critical to info: the names of Jira's default scheme. */
export const DEFAULT_PRIORITIES = 'Highest, High, Medium, Low, Lowest';
/** For projects whose create screen has no such field: Jira would refuse the whole issue. */
export const LEFT_OUT = 'none';

const ISSUE_PATH = '/rest/api/3/issue';

const SUMMARY_CHARACTERS = 255;
/** Jira refuses a description of more than 32,767 characters; whether it counts the text or its JSON is not documented. */
const DESCRIPTION_CHARACTERS = 32_000;
const LINK_CHARACTERS = 2_048;

export const format: Format = {
  id: 'jira',
  urlIsCredential: false,
  render: ({ finding, deliveryId, url, options, credentials }) => ({
    method: 'POST',
    url: withPathIfNone(url, ISSUE_PATH),
    headers: {
      accept: 'application/json',
      authorization: basicAuthorization(credentials['email'] ?? '', credentials['apiToken'] ?? ''),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ fields: fieldsOf(finding, deliveryId, options) }),
  }),
  classify,
};

function fieldsOf(finding: Finding, deliveryId: DeliveryId, options: FormatOptions) {
  const { severity } = finding;
  const priority = priorityOf(severity.level, options['priorities'] ?? DEFAULT_PRIORITIES);
  return {
    project: { key: options['projectKey'] ?? '' },
    issuetype: { name: options['issueType'] ?? DEFAULT_ISSUE_TYPE },
    summary: cutToCharacters(headline(finding), SUMMARY_CHARACTERS),
    description: descriptionOf(finding, deliveryId),
    ...(priority !== undefined && { priority: { name: priority } }),
    ...(options['labels'] !== LEFT_OUT && { labels: ['thalian', deliveryId] }),
  };
}

function priorityOf(level: SeverityLevel, priorities: string): string | undefined {
  return priorities === LEFT_OUT ? undefined : priorities.split(',')[SEVERITY_LEVELS.indexOf(level)]?.trim();
}

function descriptionOf(finding: Finding, deliveryId: DeliveryId) {
  const documentOf = (remediation: string) => ({
    type: 'doc',
    version: 1,
    content: [
      detail('Severity', severityWords(finding.severity)),
      detail('Affected', affectedWords(finding.affected)),
      detail('Platform', oneLine(finding.platform)),
      detail('Detected', oneLine(finding.detectedAt)),
      detail('Finding', oneLine(finding.id)),
      detail('Delivery', deliveryId),
      ...linesOf(remediation),
      ...linkOf(finding),
    ],
  });
  // Each line costs the markup of a paragraph, so it is the whole document that is measured.
  const fits = (remediation: string) => JSON.stringify(documentOf(remediation)).length <= DESCRIPTION_CHARACTERS;
  return documentOf(cutToFit(paragraphs(finding.remediation.summary), fits));
}

function detail(label: string, value: string) {
  return paragraph({ type: 'text', text: `${label}: ${value}` });
}

/** An empty text node is not valid, and an empty paragraph says nothing. */
function linesOf(text: string) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => paragraph({ type: 'text', text: line }));
}

function linkOf(finding: Finding) {
  const href = guidanceLink(finding, LINK_CHARACTERS);
  const marks = [{ type: 'link', attrs: { href } }];
  return href === undefined ? [] : [paragraph({ type: 'text', text: 'Remediation guidance', marks })];
}

function paragraph(...content: readonly object[]) {
  return { type: 'paragraph', content };
}

/** Only an issue that was made has a key. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  const isCreated = statusCode === 201 && typeof parseResponseObject(body)?.['key'] === 'string';
  return { kind: isCreated ? 'success' : 'failure' };
}
