/** An OCSF 1.8 Detection Finding (class 2004), for data lakes and every SIEM that reads the schema. */
import type { Affected } from '../../finding/affected.ts';
import type { Finding } from '../../finding/finding.ts';
import { tamed } from '../../finding/finding-words.ts';
import { FIRST_DETECTION, type FindingEventName, type Lifecycle } from '../../finding/lifecycle.ts';
import type { SeverityLevel } from '../../finding/severity.ts';
import type { DeliveryId } from '../../runtime/ids.ts';
import type { Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

const SCHEMA_VERSION = '1.8.0';
const CLASS = { category_uid: 2, category_name: 'Findings', class_uid: 2004, class_name: 'Detection Finding' } as const;
/** Under version 1 a changed finding is a delivery of its own and says Create again. */
const ACTIVITY = {
  detected: { activity_id: 1, activity_name: 'Create', status_id: 1, status: 'New' },
  updated: { activity_id: 2, activity_name: 'Update', status_id: 1, status: 'New' },
  resolved: { activity_id: 3, activity_name: 'Close', status_id: 4, status: 'Resolved' },
  reopened: { activity_id: 2, activity_name: 'Update', status_id: 1, status: 'New' },
} as const satisfies Readonly<Record<FindingEventName, object>>;
const PRODUCT = { name: 'Thalian', vendor_name: 'Thalian' } as const;

/** The words must be the captions of the ids, to the letter. */
const SEVERITY: Readonly<Record<SeverityLevel, { readonly severity_id: number; readonly severity: string }>> = {
  critical: { severity_id: 5, severity: 'Critical' },
  high: { severity_id: 4, severity: 'High' },
  medium: { severity_id: 3, severity: 'Medium' },
  low: { severity_id: 2, severity: 'Low' },
  info: { severity_id: 1, severity: 'Informational' },
};

const RISK: Readonly<Record<SeverityLevel, { readonly risk_level_id: number; readonly risk_level: string }>> = {
  critical: { risk_level_id: 4, risk_level: 'Critical' },
  high: { risk_level_id: 3, risk_level: 'High' },
  medium: { risk_level_id: 2, risk_level: 'Medium' },
  low: { risk_level_id: 1, risk_level: 'Low' },
  info: { risk_level_id: 0, risk_level: 'Info' },
};

export const format: Format = {
  id: 'ocsf',
  urlIsCredential: false,
  render: ({ finding, lifecycle, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonBody(eventOf(tamed(finding), deliveryId, lifecycle)),
  }),
};

function eventOf(finding: Finding, deliveryId: DeliveryId, lifecycle?: Lifecycle) {
  const { id, title, severity, platform, platforms = [], detectedAt } = finding;
  const { category, url, description, affected, alsoAffected = [], attributes } = finding;
  const time = Date.parse(detectedAt);
  const { activity_id, activity_name, status_id, status } = ACTIVITY[(lifecycle ?? FIRST_DETECTION).event];
  return {
    ...CLASS,
    activity_id,
    activity_name,
    type_uid: CLASS.class_uid * 100 + activity_id,
    type_name: `${CLASS.class_name}: ${activity_name}`,
    time,
    ...SEVERITY[severity.level],
    message: title,
    status_id,
    status,
    is_alert: true,
    // An integer in the schema; the score as it came is in `unmapped`.
    risk_score: Math.round(severity.score),
    ...RISK[severity.level],
    metadata: { version: SCHEMA_VERSION, product: PRODUCT, uid: deliveryId, original_time: detectedAt },
    finding_info: {
      uid: id,
      title,
      created_time: time,
      data_sources: [platform, ...platforms],
      types: category === undefined ? undefined : [category],
      desc: description,
      src_url: url,
    },
    resources: [affected, ...alsoAffected].map(resourceOf),
    ...remediationOf(finding.remediation),
    // The schema has an integer of 32 bits for an order, which a revision may exceed.
    unmapped: { platform, severity, attributes, ...lifecycle },
  };
}

function resourceOf({ type, id, name }: Affected) {
  const named = { uid: id, ...(name !== '' && { name }) };
  return { type, ...named, ...(type === 'identity' && { owner: named }) };
}

/** Its description is required: without one the link takes its place. */
function remediationOf({ summary, url }: Finding['remediation']) {
  const desc = summary === '' ? url : summary;
  return desc === undefined ? {} : { remediation: { desc, ...(url !== undefined && { references: [url] }) } };
}
