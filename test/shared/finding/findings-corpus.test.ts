/** Findings as publishers of many platforms write them: each is accepted, repaired or refused as a table says, and suits every vendor. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DESTINATION_IDS } from '../../../shared/destinations/catalogue.ts';
import { parseFindingEvent } from '../../../shared/finding/finding-event.schema.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../../shared/topology/findings-source.ts';
import { aFilledInput } from '../../builders/filled-in.ts';
import { eventAround, readFindings, type WrittenFinding } from '../../vectors/read-findings.ts';
import { findDestination } from '../destinations/it-complies.ts';
import { expectAccepted } from '../destinations/it-suits-its-vendor.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const corpus = readFindings();
const byName = corpus.map((finding) => [finding.name, finding] as const);

function parse(finding: WrittenFinding) {
  return parseFindingEvent(eventAround(finding), NOW);
}

function outcomeOf(finding: WrittenFinding) {
  const parsed = parse(finding);
  return parsed.kind === 'parsed'
    ? parsed.repairs.map(({ field, kind }) => `${field} ${kind}`)
    : { refused: parsed.reason.split(':')[0] };
}

describe('the corpus of findings', () => {
  it.each(byName)('holds %s, which becomes what the table says', (_name, finding) => {
    expect(outcomeOf(finding)).toEqual(finding.expected);
  });

  it('has a file for every row of the table', () => {
    const table = JSON.parse(readFileSync(new URL('../../vectors/findings.expected.json', import.meta.url), 'utf8'));
    expect(corpus.map(({ name }) => name)).toEqual(Object.keys(table).sort());
  });

  it('has whole events of our source beside details, of many platforms, and ids longer than they once might be', () => {
    const whole = corpus.flatMap(({ written }) => ('detail' in written ? [written] : []));
    expect(whole.length).toBeGreaterThanOrEqual(50);
    expect(corpus.length - whole.length).toBeGreaterThanOrEqual(5);
    for (const event of whole) {
      expect([event['source'], event['detail-type']]).toEqual([FINDING_SOURCE, FINDING_DETAIL_TYPE]);
    }
    const findings = corpus.map(parse).flatMap((parsed) => (parsed.kind === 'parsed' ? [parsed.finding] : []));
    expect(new Set(findings.map(({ platform }) => platform)).size).toBeGreaterThanOrEqual(25);
    expect(findings.filter(({ id, affected }) => Math.max(id.length, affected.id.length) > 128).length).toBeGreaterThan(
      8,
    );
  });

  it.each(DESTINATION_IDS)('is accepted by the vendor of %s, finding by finding', (id) => {
    const destination = findDestination(id);
    for (const finding of corpus) {
      const parsed = parse(finding);
      if (parsed.kind === 'parsed') {
        expectAccepted(destination, aFilledInput(destination.form, { finding: parsed.finding }));
      }
    }
  });
});
