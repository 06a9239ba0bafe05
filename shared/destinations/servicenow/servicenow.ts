/**
 * ServiceNow's Table API: one record per delivery; or its Import Set API, whose transform can find the record of the finding.
 * ServiceNow computes the priority from impact and urgency, and the Table API has no idempotency key: the correlation id and
 * the delivery's id in the description are there to be searched.
 */

import { createHash } from 'node:crypto';
import { cutToCharacters } from '../../finding/cut-text.ts';
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
import type { SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { basicAuthorization } from '../../http/basic-authorization.ts';
import { withParameter, withPathIfNone } from '../../http/destination-url.ts';
import { isObject, parseResponseObject } from '../../http/response-json.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Classification, Format, FormatOptions } from '../format.ts';
import { jsonBody } from '../json-body.ts';

export const DEFAULT_TABLE = 'incident';
/** The value of `correlateBy` for records that are to be joined by finding. Webhooks from before the choice have none. */
export const FINDING = 'finding';

const SYS_ID = /^[0-9a-f]{32}$/;

/** The columns' lengths as they come; ServiceNow cuts what is longer, without a mark. */
const SHORT_DESCRIPTION_CHARACTERS = 160;
const DESCRIPTION_CHARACTERS = 4_000;
const CORRELATION_CHARACTERS = 100;
const LINK_CHARACTERS = 2_048;
/** So that the details leave room for the remediation. */
const DETAIL_CHARACTERS = 300;

const TRANSFORMED: ReadonlySet<string> = new Set(['inserted', 'updated', 'ignored']);

const WEIGHT: Readonly<Record<SeverityLevel, { readonly impact: string; readonly urgency: string }>> = {
  critical: { impact: '1', urgency: '1' },
  high: { impact: '1', urgency: '2' },
  medium: { impact: '2', urgency: '2' },
  low: { impact: '2', urgency: '3' },
  info: { impact: '3', urgency: '3' },
};

export const format: Format = {
  id: 'servicenow',
  urlIsCredential: false,
  render: ({ finding, lifecycle, deliveryId, url, options, credentials }) => ({
    method: 'POST',
    url: recordUrl(url, options),
    headers: {
      accept: 'application/json',
      ...authorizationOf(credentials['username'], credentials['password']),
      'content-type': 'application/json',
    },
    body: jsonBody(recordOf(finding, deliveryId, options, lifecycle)),
  }),
  classify,
};

/** A name of a reference is looked up only if asked for; a sys_id needs no looking up. */
function recordUrl(url: string, options: FormatOptions): string {
  const table = withPathIfNone(url, `/api/now/table/${encodeURIComponent(options['table'] ?? DEFAULT_TABLE)}`);
  const references = [options['assignmentGroup'], options['callerId']].filter((value) => value !== undefined);
  return references.every((value) => SYS_ID.test(value))
    ? table
    : withParameter(table, 'sysparm_input_display_value', 'true');
}

/** Equal for all that is sent of one finding, so that the customer's own rule can join its records. */
function correlationIdOf(finding: Finding, deliveryId: DeliveryId, { correlateBy }: FormatOptions): string {
  if (correlateBy !== FINDING) {
    return deliveryId;
  }
  const isFit = finding.id.length <= CORRELATION_CHARACTERS && oneLine(finding.id) === finding.id;
  return isFit ? finding.id : `sha256-${createHash('sha256').update(finding.id).digest('hex')}`;
}

/** An API key is not of a user's name: ServiceNow takes it in a header of its own. Without either an access token is sent. */
function authorizationOf(username: string | undefined, password: string | undefined): Readonly<Record<string, string>> {
  if (password === undefined) {
    return {};
  }
  return username === undefined
    ? { 'x-sn-apikey': password }
    : { authorization: basicAuthorization(username, password) };
}

function recordOf(finding: Finding, deliveryId: DeliveryId, options: FormatOptions, lifecycle?: Lifecycle) {
  const { severity } = finding;
  return {
    short_description: cutToCharacters(headline(finding, lifecycle), SHORT_DESCRIPTION_CHARACTERS),
    description: cutToCharacters(descriptionOf(finding, deliveryId, lifecycle), DESCRIPTION_CHARACTERS),
    ...WEIGHT[severity.level],
    category: options['category'],
    assignment_group: options['assignmentGroup'],
    caller_id: options['callerId'],
    correlation_id: correlationIdOf(finding, deliveryId, options),
    correlation_display: 'Thalian',
    // Columns of the import set's table alone: the Table API passes over what a table does not have.
    u_event: lifecycle?.event,
    u_revision: lifecycle && String(lifecycle.revision),
  };
}

/** The remediation last, as it is the one to be cut; a description leaves it half of what the details and links do. */
function descriptionOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle): string {
  const { category, description } = finding;
  const links = findingLinks(finding, LINK_CHARACTERS / (finding.url === undefined ? 1 : 2));
  const head = [
    detail('Title', oneLine(finding.title)),
    detail('Severity', severityWords(finding.severity)),
    ...(category === undefined ? [] : [detail('Category', oneLine(category))]),
    detail('Affected', affectedWords(finding)),
    detail('Platform', platformWords(finding)),
    detail('Detected', oneLine(finding.detectedAt)),
    detail('Finding', oneLine(finding.id)),
    `Delivery: ${deliveryId}`,
    ...(lifecycle ? [`Event: ${EVENT_WORDS[lifecycle.event]}`, `Revision: ${lifecycle.revision}`] : []),
    ...links.map(({ label, href }) => `${label}: ${href}`),
    '',
  ].join('\n');
  const left = DESCRIPTION_CHARACTERS - head.length;
  return [
    head,
    ...(description === undefined ? [] : [cutToCharacters(paragraphs(description), Math.floor(left / 2)), '']),
    paragraphs(finding.remediation.summary),
  ]
    .join('\n')
    .trimEnd();
}

function detail(label: string, value: string): string {
  return cutToCharacters(`${label}: ${value}`, DETAIL_CHARACTERS);
}

/** The Table API reads back the record that it made. The Import Set API says of each target what its transform did. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  const response = parseResponseObject(body) ?? {};
  const { result } = response;
  const isCreated = statusCode === 201 && isObject(result) && typeof result['sys_id'] === 'string';
  const isImported = isSuccess(statusCode) && typeof response['import_set'] === 'string' && isTransformed(result);
  return { kind: isCreated || isImported ? 'success' : 'failure' };
}

/** `ignored` is a record that had all this already. An error may come with a 201. */
function isTransformed(result: unknown): boolean {
  return (
    Array.isArray(result) &&
    result.length > 0 &&
    result.every((target) => isObject(target) && TRANSFORMED.has(String(target['status'])))
  );
}

function isSuccess(statusCode: number): boolean {
  return statusCode === 200 || statusCode === 201;
}
