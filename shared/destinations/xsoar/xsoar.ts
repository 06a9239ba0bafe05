/**
 * Cortex XSOAR's Generic Webhook integration: one incident per delivery. The whole body becomes the incident's raw JSON
 * in every version of the integration, so mappers find the same paths everywhere.
 */

import { detectionInstant, type Finding } from '../../finding/finding.ts';
import { oneLine, tamed } from '../../finding/finding-words.ts';
import { eventPrefix, type Lifecycle } from '../../finding/lifecycle.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { basicAuthorization } from '../../http/basic-authorization.ts';
import { checkCustomHeader } from '../../http/custom-headers.ts';
import { isObject, parseResponseList } from '../../http/response-json.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Classification, Format, FormatOptions } from '../format.ts';
import { jsonBody } from '../json-body.ts';

/** The value of `duplicationKey` for an integration that drops repeats of a delivery id. */
export const DROPS_DUPLICATES = 'deliveryId';

/** XSOAR's own scale, a fraction at the lower end. The integration ignores it: a mapper has to take it over. */
const SEVERITY: Readonly<Record<SeverityLevel, number>> = { critical: 4, high: 3, medium: 2, low: 1, info: 0.5 };

export const format: Format = {
  id: 'xsoar',
  urlIsCredential: false,
  render: ({ finding, lifecycle, deliveryId, url, options, credentials }) => ({
    method: 'POST',
    url,
    headers: {
      ...authorizationOf(credentials['username'] ?? '', credentials['password'] ?? ''),
      'content-type': 'application/json',
    },
    body: jsonBody(incidentOf(finding, deliveryId, options['incidentType'], lifecycle)),
  }),
  classify,
};

/** With `_header:<Name>` as the user name the integration compares that header instead. */
function authorizationOf(username: string, password: string): Readonly<Record<string, string>> {
  const [, headerName] = /^_header:(.*)$/.exec(username) ?? [];
  if (headerName === undefined) {
    return { authorization: basicAuthorization(username, password) };
  }
  // What is no header of ours to set is left out rather than sent; XSOAR then says 401.
  return checkCustomHeader(headerName, password) === undefined ? { [headerName.toLowerCase()]: password } : {};
}

function incidentOf(finding: Finding, deliveryId: DeliveryId, type: string | undefined, lifecycle?: Lifecycle) {
  const { severity, title } = finding;
  return {
    name: `${eventPrefix(lifecycle)}${oneLine(title)}`,
    type,
    occurred: detectionInstant(finding),
    severity: SEVERITY[severity.level],
    deliveryId,
    ...lifecycle,
    finding: tamed(finding),
  };
}

/**
 * The list of created incidents. `null` says that none was created. With a duplication key the reason is known: this
 * delivery was there before.
 */
function classify({ statusCode, body }: ReceiverResponse, { duplicationKey }: FormatOptions): Classification {
  const isCreated = parseResponseList(body)?.some((incident) => isObject(incident) && hasId(incident)) === true;
  const isDuplicate = body.trim() === 'null' && duplicationKey === DROPS_DUPLICATES;
  return { kind: statusCode === 200 && (isCreated || isDuplicate) ? 'success' : 'failure' };
}

/** Without one, XSOAR has made no incident of what it received. */
function hasId({ id }: Readonly<Record<string, unknown>>): boolean {
  return (typeof id === 'string' && id !== '') || typeof id === 'number';
}
