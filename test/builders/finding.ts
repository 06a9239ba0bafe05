import type { Finding } from '../../shared/finding/finding.ts';
import { canonicalFinding } from '../../shared/finding/finding.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { parseTenantId, type TenantId } from '../../shared/runtime/ids.ts';

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

export function aCanonicalFinding(overrides: Partial<Finding> = {}): string {
  return canonicalFinding(aFinding(overrides));
}
