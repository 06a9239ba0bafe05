/** Every chat takes digests: its simulated vendor accepts what is rendered, whatever the findings say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/delivery/classify.ts';
import { DESTINATION_IDS } from '../../../shared/destinations/catalogue.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { findForm } from '../../../shared/destinations/forms.form.ts';
import { findVendor } from '../../../shared/destinations/vendors.vendor.ts';
import {
  DIGEST_LINES,
  type DigestContent,
  digestContent,
  digestEntry,
} from '../../../shared/finding/digest-content.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from '../../../shared/finding/severity.ts';
import { anyFinding } from '../../builders/any-finding.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aFinding } from '../../builders/finding.ts';
import { answered } from '../../builders/rendered.ts';
import { asReceived } from '../../builders/vendor-request.ts';

const CHATS = DESTINATION_IDS.filter((id) => findForm(id)?.use === 'chat' && id !== 'pagerduty');
const ENDS_AT = Date.UTC(2026, 10, 23, 11);
const PAGE = 'https://console.example/integrations/webhooks/wh_chat';

function contentOf(findings: readonly Finding[], pageUrl?: string): DigestContent {
  return digestContent(
    findings.map((finding, index) => digestEntry(finding, `dlv_${index}`)),
    ENDS_AT,
    pageUrl,
  );
}

function aFindingOf(level: SeverityLevel, score: number, title: string): Finding {
  return aFinding({ title, severity: { level, score }, alsoAffected: [] });
}

/** The body without the escapes of markdown, if the vendor takes it and we read its response so. */
function sent(id: string, digest: DigestContent, options: Readonly<Record<string, string>> = {}): string {
  const [format, vendor] = [findFormat(id), findVendor(id)];
  if (format?.renderDigest === undefined || vendor === undefined) {
    throw new Error(`${id} makes no digests`);
  }
  const url = `https://vendor.example${vendor.demo.path}`;
  const request = format.renderDigest({ digest, deliveryId: aDeliveryMessage().deliveryId, url, options });
  const { statusCode, body = '', headers = {} } = vendor.create()(asReceived(request));
  expect({ statusCode, kind: classify(answered(statusCode, body, headers), format, 0, options).kind }).toEqual({
    statusCode: vendor.accepted,
    kind: 'success',
  });
  return request.body.replaceAll('\\\\', '');
}

it('is what chats take, and no other destination', () => {
  expect(DESTINATION_IDS.filter((id) => findFormat(id)?.renderDigest !== undefined)).toEqual(CHATS);
});

describe.each(CHATS)('a digest for %s', (id) => {
  it('is accepted by the vendor, whatever its findings say', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 12 }), fc.boolean(), (findings, hasPage) => {
        sent(id, contentOf(findings, hasPage ? PAGE : undefined), { postTo: 'forum' });
      }),
      { numRuns: 60 },
    );
  });

  it('counts all, shows the gravest ten, and says how many more there are', () => {
    const findings = SEVERITY_LEVELS.flatMap((level) =>
      Array.from({ length: 4 }, (_, index) => aFindingOf(level, index, `${level} no ${index}`)),
    );
    const body = sent(id, contentOf(findings.toReversed(), PAGE));
    expect(body).toContain('20 findings: 4 critical, 4 high, 4 medium, 4 low, 4 informational');
    expect(body).toContain(`and ${20 - DIGEST_LINES} more`);
    expect(body).toContain('critical no 3');
    expect(body).toContain('medium no 2');
    expect(body).not.toContain('low no 3');
    expect(body).toContain(PAGE);
    expect(body).toContain('2026-11-23 11:00 UTC');
  });

  it('has the same bytes in whatever order its findings are read', () => {
    const findings = [aFindingOf('low', 1, 'one'), aFindingOf('high', 80, 'two'), aFindingOf('high', 81, 'three')];
    const entries = findings.map((finding, index) => digestEntry(finding, `dlv_${index}`));
    expect(sent(id, digestContent(entries.toReversed(), ENDS_AT))).toBe(sent(id, digestContent(entries, ENDS_AT)));
  });

  it('names one finding as one, and says nothing of more', () => {
    const body = sent(id, contentOf([aFindingOf('high', 80, 'alone')]));
    expect(body).toContain('1 finding: 1 high');
    expect(body).not.toContain('more');
  });
});
