/** CloudEvents 1.0 in structured mode: the finding as the data of an event, its severity also as extensions. */
import { detectionInstant } from '../../finding/finding.ts';
import { oneLine } from '../../finding/finding-words.ts';
import { MANIFEST_EVENT, manifestData, manifestTime } from '../../finding/manifest-content.ts';
import { fitId } from '../../finding/repair-text.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { Format, RenderedRequest, RenderInput } from '../format.ts';
import { jsonBody } from '../json-body.ts';

export const DEFAULT_SOURCE = 'urn:thalian:findings';

/** An intermediary must forward 64 KB (CloudEvents 1.0, "Size Limits"): a longer id is there once, in the data. */
const SUBJECT_CHARACTERS = 512;

const EVENT_TYPE = 'thalian.finding';

/** Of the greatest revision: the extension `sequence` is a text that sorts (CloudEvents, documented extensions). */
const SEQUENCE_DIGITS = 16;

/** Names of extensions have lower-case letters and digits only, so `severityid`. The numbers are OCSF's. */
const SEVERITY_ID: Readonly<Record<SeverityLevel, number>> = { critical: 5, high: 4, medium: 3, low: 2, info: 1 };

const CONTENT_TYPE = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

type Envelope = Pick<RenderInput, 'url' | 'deliveryId' | 'options'>;

function requestOf(
  { url, deliveryId, options }: Envelope,
  attributes: Readonly<Record<string, unknown>>,
): RenderedRequest {
  const context = { specversion: '1.0', id: deliveryId, source: options['source'] ?? DEFAULT_SOURCE };
  return { method: 'POST', url, headers: CONTENT_TYPE, body: jsonBody({ ...context, ...attributes }) };
}

export const format: Format = {
  id: 'cloudevents',
  urlIsCredential: false,
  render: ({ finding, lifecycle, ...envelope }) =>
    requestOf(envelope, {
      type: `${EVENT_TYPE}.${lifecycle?.event ?? 'detected'}`,
      // An attribute must not have control characters and noncharacters; the data has the id as it is.
      subject: oneLine(fitId(finding.id, SUBJECT_CHARACTERS)),
      time: detectionInstant(finding),
      sequence: lifecycle && String(lifecycle.revision).padStart(SEQUENCE_DIGITS, '0'),
      datacontenttype: 'application/json',
      severity: finding.severity.level,
      severityid: SEVERITY_ID[finding.severity.level],
      data: finding,
    }),
  renderManifest: ({ manifest, ...envelope }) =>
    requestOf(envelope, {
      type: `thalian.${MANIFEST_EVENT}`,
      subject: manifest.webhookId,
      time: manifestTime(manifest),
      datacontenttype: 'application/json',
      data: manifestData(manifest),
    }),
};
