/**
 * Elasticsearch: one ECS document per delivery, created under the delivery's id, so that a repeat finds the first one
 * and counts as delivered. (After a rollover of a data stream it does not: ids are unique per backing index.) In an index
 * that is no data stream there may be one per finding instead, which a changed finding replaces.
 */

import { createHash } from 'node:crypto';

import { detectionInstant, type Finding } from '../../finding/finding.ts';
import { tamed } from '../../finding/finding-words.ts';
import { FIRST_DETECTION, type Lifecycle } from '../../finding/lifecycle.ts';
import { fitId } from '../../finding/repair-text.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { belowPath, withParameter } from '../../http/destination-url.ts';
import { isObject, parseResponseObject } from '../../http/response-json.ts';
import { type DeliveryId, parseDeliveryId } from '../../runtime/ids.ts';
import type { Classification, Format, FormatOptions } from '../format.ts';
import { jsonBody } from '../json-body.ts';

/** A data stream: its name makes Elastic's own templates and its prebuilt rule "External Alerts" apply. */
export const DEFAULT_INDEX = 'logs-thalian.finding-default';

/** The value of `documentPer` for an index in which a changed finding replaces its document. */
export const FINDING = 'finding';

const ECS_VERSION = '9.4.0';

/** ECS leaves a longer keyword out of its index, counted in UTF-16 units: it could not be searched (`ignore_above`). */
const KEYWORD_UNITS = 1_024;

/** How the backing indexes of a failure store begin; those of the stream itself begin with `.ds-`. */
const FAILURE_INDEX = '.fs-';

/** A document that payload version 1 has written has a time as its version. */
const ABOVE_EVERY_TIME = 10n ** 15n;

/** The hash of a finding's id. */
const FINDING_ID = /^[0-9a-f]{64}$/;

/** The only numbers that the rule "External Alerts" maps to its own levels (elastic/detection-rules). */
const EVENT_SEVERITY: Readonly<Record<SeverityLevel, number>> = {
  critical: 99,
  high: 73,
  medium: 47,
  low: 21,
  info: 0,
};

export const format: Format = {
  id: 'elastic',
  urlIsCredential: false,
  render: ({ finding, lifecycle, deliveryId, url, options, credentials }) => ({
    method: 'PUT',
    url:
      options['documentPer'] === FINDING
        ? findingUrl(belowPath(url, options['index'] ?? DEFAULT_INDEX), finding, lifecycle)
        : belowPath(url, options['index'] ?? DEFAULT_INDEX, '_create', deliveryId),
    headers: { authorization: `ApiKey ${credentials['apiKey'] ?? ''}`, 'content-type': 'application/json' },
    body: jsonBody(documentOf(tamed(finding), deliveryId, lifecycle)),
  }),
  classify,
};

/**
 * A data stream takes no update, so there each delivery has a document. A retry of an older delivery must not replace a newer
 * finding: the time of detection is the version, and from payload version 2 on the revision, above every time.
 */
function findingUrl(index: string, finding: Finding, lifecycle: Lifecycle | undefined): string {
  const id = createHash('sha256').update(finding.id).digest('hex');
  const version =
    lifecycle === undefined
      ? Math.max(0, Date.parse(finding.detectedAt)).toString()
      : (ABOVE_EVERY_TIME + BigInt(lifecycle.revision)).toString();
  return withParameter(withParameter(belowPath(index, '_doc', id), 'version', version), 'version_type', 'external_gte');
}

function documentOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle) {
  const { id, title, severity, affected, platform, remediation, url, category, description } = finding;
  const { alsoAffected, platforms, attributes } = finding;
  const { level, score } = severity;
  const { event } = lifecycle ?? FIRST_DETECTION;
  return {
    '@timestamp': detectionInstant(finding),
    message: title,
    ecs: { version: ECS_VERSION },
    event: {
      id: searchable(id),
      // The rule would raise an alert of its default level, medium, for what is only information.
      // Nor is there anything to alert about once it is resolved.
      kind: level === 'info' || event === 'resolved' ? 'event' : 'alert',
      category: [affected.type === 'identity' ? 'iam' : 'configuration'],
      type: [event === 'detected' ? 'info' : 'change'],
      action: lifecycle && `finding-${event}`,
      sequence: lifecycle?.revision,
      provider: 'thalian',
      module: 'thalian',
      dataset: 'thalian.finding',
      severity: EVENT_SEVERITY[level],
      risk_score: score,
      risk_score_norm: score,
      // Where the investigation goes on. ECS has `reference` for what only informs.
      url: url ?? remediation.url,
      reference: url === undefined ? undefined : remediation.url,
    },
    rule: { name: title, category },
    observer: { vendor: 'Thalian', product: 'Thalian' },
    ...affectedOf(affected),
    // No field of ECS is for these.
    thalian: {
      deliveryId,
      ...lifecycle,
      finding: {
        ...(searchable(id) !== id && { id }),
        severity,
        platform,
        affected,
        remediation,
        description,
        platforms,
        alsoAffected,
        // Names that publishers choose would each become a field of the mapping, which has a limit.
        attributes: attributes && Object.entries(attributes).map(([name, value]) => `${name}: ${value}`),
      },
    },
  };
}

function affectedOf({ type, id, name }: Finding['affected']) {
  const shown = { id: searchable(id), name: name === '' ? searchable(id) : name };
  return type === 'identity'
    ? { user: shown, related: { user: [shown.name] } }
    : { host: shown, related: { hosts: [shown.name] } };
}

/** A longer id as its beginning and its hash; the whole stands below `thalian`. */
function searchable(id: string): string {
  return id.length <= KEYWORD_UNITS ? id : fitId(id, KEYWORD_UNITS / 2);
}

/**
 * Any web server that accepts a PUT may say 201, so the result counts too. A document that a pipeline or the mapping refused
 * is "created" in the failure store of the data stream, where no rule looks. Only we use the id, so a conflict of versions
 * means that this delivery, or a newer one of the finding, is there already.
 */
function classify({ statusCode, body }: ReceiverResponse, { documentPer }: FormatOptions): Classification {
  const response = parseResponseObject(body) ?? {};
  const { result, error } = response;
  const isPerFinding = documentPer === FINDING;
  const isStored =
    (statusCode === 201 && result === 'created') || (isPerFinding && statusCode === 200 && result === 'updated');
  const isRight = isStored && isWhereItBelongs(response, isPerFinding);
  const isThere = statusCode === 409 && isObject(error) && error['type'] === 'version_conflict_engine_exception';
  return { kind: isRight || isThere ? 'success' : 'failure' };
}

/** An alias and a pipeline that reroutes give another index, and both are right; only the failure store gives another id. */
function isWhereItBelongs(
  { _index, _id, failure_store }: Readonly<Record<string, unknown>>,
  isPerFinding: boolean,
): boolean {
  const isInFailureStore = failure_store === 'used' || (typeof _index === 'string' && _index.startsWith(FAILURE_INDEX));
  return (
    !isInFailureStore &&
    typeof _id === 'string' &&
    (isPerFinding ? FINDING_ID.test(_id) : parseDeliveryId(_id) !== undefined)
  );
}
