import { describe, expect, it } from 'vitest';
import { findingSchema } from '../../../shared/finding/finding.schema.ts';
import { canonicalFinding, FINDING_BOUNDS } from '../../../shared/finding/finding.ts';
import { fitFinding, MAX_FINDING_BYTES } from '../../../shared/finding/finding-size.ts';
import { aFinding, aPlainFinding } from '../../builders/finding.ts';
import { everyMemberOf } from '../../builders/of-schema.ts';

/** Takes six bytes in JSON, more than any other character. */
const WORST = '\u0001';

function bytesOf(finding: Parameters<typeof canonicalFinding>[0]): number {
  return Buffer.byteLength(canonicalFinding(finding));
}

describe('a finding that would be too large to send', () => {
  it('leaves every other as it is', () => {
    expect(fitFinding(aFinding())).toEqual({ finding: aFinding(), shortened: [] });
  });

  it('always fits with what a publisher must send', () => {
    const { idCharacters, platformCharacters, titleCharacters, nameCharacters, summaryCharacters, urlCharacters } =
      FINDING_BOUNDS;
    const worst = aPlainFinding({
      id: WORST.repeat(idCharacters),
      title: WORST.repeat(titleCharacters),
      affected: {
        type: 'asset',
        id: WORST.repeat(idCharacters),
        name: WORST.repeat(nameCharacters),
        originalType: WORST.repeat(64),
      },
      platform: WORST.repeat(platformCharacters),
      remediation: {
        summary: WORST.repeat(summaryCharacters),
        url: 'https://docs.example/'.padEnd(urlCharacters, '密'),
      },
    });
    expect(fitFinding(findingSchema.parse(worst))).toEqual({ finding: worst, shortened: [] });
  });

  it('keeps as many of the affected as fit, the first ones', () => {
    const alsoAffected = Array.from({ length: 20 }, (_, index) => ({
      type: 'asset' as const,
      id: `${index}-${WORST.repeat(200)}`,
      name: WORST.repeat(100),
    }));
    const long = aFinding({ alsoAffected, description: WORST.repeat(FINDING_BOUNDS.descriptionCharacters) });
    const { finding, shortened } = fitFinding({ ...long, remediation: { summary: WORST.repeat(3_000) } });
    expect(shortened).toEqual(['attributes', 'alsoAffected']);
    const kept = finding.alsoAffected?.length ?? 0;
    expect(kept).toBeGreaterThan(0);
    expect(finding.alsoAffected).toEqual(alsoAffected.slice(0, kept));
    expect(bytesOf(finding)).toBeLessThanOrEqual(MAX_FINDING_BYTES);
    expect(bytesOf({ ...finding, alsoAffected: alsoAffected.slice(0, kept + 1) })).toBeGreaterThan(MAX_FINDING_BYTES);
  });

  it('is within the bound whatever the schema lets pass', () => {
    const worst = findingSchema.parse(
      everyMemberOf(findingSchema, (_path, { enum: choices, type, format, pattern, maxLength = 0, maximum }) => {
        if (choices !== undefined || type !== 'string') {
          return choices?.[0] ?? maximum;
        }
        if (format === 'date-time') {
          return aFinding().detectedAt;
        }
        return pattern === undefined ? WORST.repeat(maxLength) : 'https://docs.example/'.padEnd(maxLength, '密');
      }),
    );
    expect(bytesOf(worst)).toBeGreaterThan(MAX_FINDING_BYTES);
    expect(bytesOf(fitFinding(worst).finding)).toBeLessThanOrEqual(MAX_FINDING_BYTES);
  });
});
