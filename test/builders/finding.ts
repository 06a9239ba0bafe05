import type { Finding } from '../../shared/finding/finding.ts';
import { canonicalFinding } from '../../shared/finding/finding.ts';
import { DETAIL_TYPES } from '../../shared/finding/lifecycle.schema.ts';
import { FIRST_DETECTION, type Lifecycle } from '../../shared/finding/lifecycle.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { parseTenantId, type TenantId } from '../../shared/runtime/ids.ts';
import { LIFECYCLE_MEMBER } from '../../shared/topology/findings-source.ts';

export function aTenantId(text = 'acme'): TenantId {
  const id = parseTenantId(text);
  if (id === undefined) {
    throw new Error(`not a tenant id: ${text}`);
  }
  return id;
}

export function aFinding(overrides: Partial<Finding> = {}): Finding {
  return { ...SAMPLE_FINDING, ...overrides };
}

/** What every publisher sends, and a link to the guidance; without the fields that came later. */
export function aPlainFinding(overrides: Partial<Finding> = {}): Finding {
  const { id, title, severity, affected, platform, detectedAt, remediation } = SAMPLE_FINDING;
  const { originalType: _word, ...subject } = affected;
  return { id, title, severity, affected: subject, platform, detectedAt, remediation, ...overrides };
}

/** The EventBridge event around a finding, as the findings queue holds it. */
export function aFindingEvent(detail: unknown = { tenantId: 'acme', finding: aFinding() }): string {
  return JSON.stringify({
    version: '0',
    id: '6f1c5f0e-0c3d-4b9e-8f0e-2f0a2f6c1a11',
    'detail-type': 'Finding Detected',
    source: 'thalian.findings',
    account: '000000000000',
    time: '2026-11-23T10:00:01Z',
    region: 'us-east-1',
    resources: [],
    detail,
  });
}

/** Any event of a finding, as its rule hands it on: all but a detection are wrapped. */
export function aLifecycleEvent(detail: object, { event, revision }: Lifecycle): string {
  const body = aFindingEvent({ ...detail, ...(revision !== FIRST_DETECTION.revision && { revision }) });
  return event === 'detected'
    ? body
    : JSON.stringify({ [LIFECYCLE_MEMBER]: { ...JSON.parse(body), 'detail-type': DETAIL_TYPES[event] } });
}

export function aCanonicalFinding(overrides: Partial<Finding> = {}): string {
  return canonicalFinding(aFinding(overrides));
}
