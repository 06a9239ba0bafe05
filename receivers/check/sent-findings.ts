/** The findings that a check sends: made up, each with something that a receiver must be able to take. */
import { randomBytes } from 'node:crypto';
import { canonicalFinding, FINDING_BOUNDS, type Finding } from '../../shared/finding/finding.ts';
import { MAX_FINDING_BYTES } from '../../shared/finding/finding-size.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';

/** With a fresh id each time, because a receiver skips what it knows. The title warns people who see it there. */
export function aFinding(): Finding {
  return {
    ...SAMPLE_FINDING,
    id: `fnd_check_${randomBytes(8).toString('hex')}`,
    title: 'Not a finding: a check of the receiver',
    detectedAt: new Date().toISOString(),
  };
}

export const STRANGE_TEXTS = {
  title: 'Not a finding: Müller, 佐藤 花子, Ελλάδα, עברית, 🔑👩‍👩‍👧, e\u0301, "quoted" \\ </script> \ufffd',
  description: 'One line\nand another\tand\u2028a third, \u202eturned',
} as const;

export function withUnknownFields(finding: Finding): object {
  const { severity } = finding;
  const data = { ...finding, severity: { ...severity, vector: 'AV:N' }, tickets: [{ id: 1 }], owner: null };
  return { type: 'finding.detected', timestamp: finding.detectedAt, data, apiVersion: 2 };
}

/** The same JSON as the service's, written as no serialiser of a receiver's writes it. */
export function otherBytes(finding: Finding): string {
  const body = { type: 'finding.detected', timestamp: finding.detectedAt, data: finding };
  return JSON.stringify(body, undefined, 3).replace('"Not a', '"\\u004eot a').replace('"score": 82', '"score": 82.0');
}

/** As many attributes as fit, each at its bound. */
export function largestFinding(): Finding {
  const text = (characters: number) => '退'.repeat(characters);
  let finding: Finding = {
    ...aFinding(),
    description: text(FINDING_BOUNDS.descriptionCharacters),
    alsoAffected: Array.from({ length: FINDING_BOUNDS.alsoAffected }, (_, index) => ({
      type: 'asset',
      id: `${index} ${text(FINDING_BOUNDS.alsoAffectedIdCharacters - 5)}`,
      name: text(FINDING_BOUNDS.alsoAffectedNameCharacters),
    })),
    remediation: { summary: text(FINDING_BOUNDS.summaryCharacters) },
    attributes: {},
  };
  for (let index = 0; index < FINDING_BOUNDS.attributes; index += 1) {
    const attributes = { ...finding.attributes, [`attribute${index}`]: text(FINDING_BOUNDS.attributeCharacters) };
    const larger = { ...finding, attributes };
    finding = Buffer.byteLength(canonicalFinding(larger)) <= MAX_FINDING_BYTES ? larger : finding;
  }
  return finding;
}
