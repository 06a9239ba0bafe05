/**
 * Jira Cloud: one issue per delivery. Its description is a document of literal text, so nothing of the finding can link
 * or mention. Jira has no idempotency key: the delivery's id stands in a label and in the description, to be searched.
 */

import { createHash } from 'node:crypto';
import { cutToCharacters, cutToFit } from '../../finding/cut-text.ts';
import type { Finding } from '../../finding/finding.ts';
import {
  affectedWords,
  findingLinks,
  headline,
  oneLine,
  paragraphs,
  platformWords,
  severityWords,
} from '../../finding/finding-words.ts';
import { EVENT_WORDS, type Lifecycle } from '../../finding/lifecycle.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { basicAuthorization } from '../../http/basic-authorization.ts';
import { belowPath, withPathIfNone } from '../../http/destination-url.ts';
import { parseResponseObject } from '../../http/response-json.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Pace } from '../../webhook/pace.ts';
import type { Classification, Format, FormatOptions } from '../format.ts';
import { jsonBody } from '../json-body.ts';

export const DEFAULT_ISSUE_TYPE = 'Task';
/** In the order of the levels, from critical to info: the names of Jira's default scheme. */
export const DEFAULT_PRIORITIES = 'Highest, High, Medium, Low, Lowest';
/** For projects whose create screen has no such field: Jira would refuse the whole issue. */
export const LEFT_OUT = 'none';
/** The value of `labels` for issues that are to be joined by finding. */
export const FINDING = 'finding';

const ISSUE_PATH = '/rest/api/3/issue';

const GATEWAY = /^https:\/\/api\.atlassian\.com\/ex\/jira\/[^/?]+\/?(\?|$)/;

const SUMMARY_CHARACTERS = 255;
/** Jira refuses a description of more than 32,767 characters; whether it counts the text or its JSON is not documented. */
const DESCRIPTION_CHARACTERS = 32_000;
const LINK_CHARACTERS = 2_048;
/** 80 bits: no two findings of a tenant share them. */
const LABEL_DIGITS = 20;
/** Twenty-one of them may be named; half the description stays for the texts. */
const AFFECTED_CHARACTERS = 4_000;

/** A small part of the 100 requests a second of a site, which all of its apps share. */
const PACE: Pace = { paceMillis: 200, burst: 1 };

export const format: Format = {
  id: 'jira',
  urlIsCredential: false,
  pace: PACE,
  render: ({ finding, lifecycle, deliveryId, url, options, credentials }) => ({
    method: 'POST',
    url: completed(url),
    headers: {
      accept: 'application/json',
      authorization: authorizationOf(credentials['email'], credentials['apiToken'] ?? ''),
      'content-type': 'application/json',
    },
    body: jsonBody({ fields: fieldsOf(finding, deliveryId, options, lifecycle) }),
  }),
  classify,
};

/** A token with scopes works at Atlassian's gateway alone, below the cloud id of the site. */
function completed(url: string): string {
  return GATEWAY.test(url) ? belowPath(url, ...ISSUE_PATH.split('/').slice(1)) : withPathIfNone(url, ISSUE_PATH);
}

/** Service accounts and OAuth have a token that is no password of an account. */
function authorizationOf(email: string | undefined, token: string): string {
  return email === undefined ? `Bearer ${token}` : basicAuthorization(email, token);
}

function fieldsOf(finding: Finding, deliveryId: DeliveryId, options: FormatOptions, lifecycle?: Lifecycle) {
  const { severity } = finding;
  const priority = priorityOf(severity.level, options['priorities'] ?? DEFAULT_PRIORITIES);
  return {
    project: { key: options['projectKey'] ?? '' },
    issuetype: { name: options['issueType'] ?? DEFAULT_ISSUE_TYPE },
    summary: cutToCharacters(headline(finding, lifecycle), SUMMARY_CHARACTERS),
    description: descriptionOf(finding, deliveryId, lifecycle),
    ...(priority !== undefined && { priority: { name: priority } }),
    ...(options['labels'] !== LEFT_OUT && {
      labels: ['thalian', ownLabel(finding, deliveryId, options), ...eventLabels(lifecycle)],
    }),
  };
}

/** A label has no spaces; an id of a finding may have any sign, so that its hash stands for it. */
function ownLabel({ id }: Finding, deliveryId: DeliveryId, { labels }: FormatOptions): string {
  return labels === FINDING
    ? `fnd_${createHash('sha256').update(id).digest('hex').slice(0, LABEL_DIGITS)}`
    : deliveryId;
}

/** A rule of the customer's joins the issues of a finding, and closes them, by it. A detection has none. */
function eventLabels(lifecycle: Lifecycle | undefined): readonly string[] {
  const { event = 'detected' } = lifecycle ?? {};
  return event === 'detected' ? [] : [`thalian-${event}`];
}

function priorityOf(level: SeverityLevel, priorities: string): string | undefined {
  return priorities === LEFT_OUT ? undefined : priorities.split(',')[SEVERITY_LEVELS.indexOf(level)]?.trim();
}

function descriptionOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle) {
  const { category, description = '', remediation } = finding;
  const details = [
    detail('Severity', severityWords(finding.severity)),
    ...(category === undefined ? [] : [detail('Category', oneLine(category))]),
    detail('Affected', cutToCharacters(affectedWords(finding), AFFECTED_CHARACTERS)),
    detail('Platform', platformWords(finding)),
    detail('Detected', oneLine(finding.detectedAt)),
    detail('Finding', oneLine(finding.id)),
    detail('Delivery', deliveryId),
    ...(lifecycle
      ? [detail('Event', EVENT_WORDS[lifecycle.event]), detail('Revision', String(lifecycle.revision))]
      : []),
  ];
  const documentOf = (text: string, summary: string) => ({
    type: 'doc',
    version: 1,
    content: [...details, ...linesOf(text), ...linesOf(summary), ...linksOf(finding)],
  });
  // Each line costs the markup of a paragraph, so it is the whole document that is measured.
  const fits = (limit: number, text: string, summary: string) =>
    JSON.stringify(documentOf(text, summary)).length <= limit;
  const text = cutToFit(paragraphs(description), (cut) => fits(DESCRIPTION_CHARACTERS / 2, cut, ''));
  return documentOf(
    text,
    cutToFit(paragraphs(remediation.summary), (cut) => fits(DESCRIPTION_CHARACTERS, text, cut)),
  );
}

function detail(label: string, value: string) {
  return paragraph({ type: 'text', text: `${label}: ${value}` });
}

/** An empty text node is not valid, and an empty paragraph says nothing. */
function linesOf(text: string) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => paragraph({ type: 'text', text: line }));
}

function linksOf(finding: Finding) {
  return findingLinks(finding, LINK_CHARACTERS).map(({ label, href }) =>
    paragraph({ type: 'text', text: label, marks: [{ type: 'link', attrs: { href } }] }),
  );
}

function paragraph(...content: readonly object[]) {
  return { type: 'paragraph', content };
}

/** Only an issue that was made has a key. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  const isCreated = statusCode === 201 && typeof parseResponseObject(body)?.['key'] === 'string';
  return { kind: isCreated ? 'success' : 'failure' };
}
