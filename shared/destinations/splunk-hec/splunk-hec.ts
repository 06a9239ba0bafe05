/** Splunk's HTTP Event Collector: one event per request, in the field names and severity words of the CIM. */

import type { Finding } from '../../finding/finding.ts';
import { tamed } from '../../finding/finding-words.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { withPathIfNone } from '../../http/destination-url.ts';
import { parseResponseObject } from '../../http/response-json.ts';
import type { Classification, Format, FormatOptions } from '../format.ts';
import { jsonBody } from '../json-body.ts';

export const DEFAULT_SOURCE = 'thalian';
export const DEFAULT_SOURCETYPE = 'thalian:finding';

/** Taken when the tenant's URL names only a host. */
const COLLECTOR_PATH = '/services/collector/event';

/** Enterprise Security computes the urgency from this word and its own asset data; so no urgency is sent. */
const CIM_SEVERITY: Readonly<Record<SeverityLevel, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  info: 'informational',
};

export const format: Format = {
  id: 'splunk-hec',
  urlIsCredential: false,
  render: ({ finding, lifecycle, deliveryId, url, options, credentials }) => ({
    method: 'POST',
    url: withPathIfNone(url, COLLECTOR_PATH),
    headers: {
      authorization: `Splunk ${credentials['token'] ?? ''}`,
      'content-type': 'application/json',
      ...channelOf(options),
    },
    body: jsonBody({
      // A string with three decimals, as Splunk's own client writes it.
      time: (Date.parse(finding.detectedAt) / 1000).toFixed(3),
      host: options['host'],
      source: options['source'] ?? DEFAULT_SOURCE,
      sourcetype: options['sourcetype'] ?? DEFAULT_SOURCETYPE,
      index: options['index'],
      event: { ...eventOf(tamed(finding)), deliveryId, ...lifecycle },
    }),
  }),
  classify,
};

/** A token with indexer acknowledgement refuses an event without a channel (code 10). */
function channelOf({ channel }: FormatOptions): Readonly<Record<string, string>> {
  return channel === undefined ? {} : { 'x-splunk-request-channel': channel };
}

function eventOf(finding: Finding) {
  const { id, title, severity, affected, platform, detectedAt, remediation } = finding;
  const { category, url, description, alsoAffected, platforms, attributes } = finding;
  return {
    id,
    title,
    severity: CIM_SEVERITY[severity.level],
    score: severity.score,
    [affected.type === 'identity' ? 'user' : 'dest']: affected.name === '' ? affected.id : affected.name,
    affected,
    platform,
    detectedAt,
    remediation,
    category,
    url,
    description,
    alsoAffected,
    platforms,
    attributes,
  };
}

/** A proxy in front may respond with 200 and its own page. The collector itself says code 0. */
function classify({ statusCode, body }: ReceiverResponse): Classification {
  const isAccepted = statusCode === 200 && parseResponseObject(body)?.['code'] === 0;
  return { kind: isAccepted ? 'success' : 'failure' };
}
