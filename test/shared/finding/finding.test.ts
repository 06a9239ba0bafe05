import { describe, expect, it } from 'vitest';
import { canonicalFinding, detectionInstant, isPlausibleDetection } from '../../../shared/finding/finding.ts';
import { aFinding } from '../../builders/finding.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

describe('the instant of detection', () => {
  it.each([
    ['2026-11-23T10:00:00.123Z', '2026-11-23T10:00:00.123Z'],
    ['2026-11-23T10:00:00Z', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00:00.123456+02:00', '2026-11-23T08:00:00.123Z'],
  ])('%s is %s', (detectedAt, instant) => {
    expect(detectionInstant(aFinding({ detectedAt }))).toBe(instant);
  });
});

describe('a plausible time of detection', () => {
  it.each([
    ['1999-12-31T23:59:59.999Z', false],
    ['2000-01-01T00:00:00Z', true],
    ['2026-11-23T12:00:00Z', true],
    ['2026-11-24T12:00:00Z', true],
    ['2026-11-24T12:00:00.001Z', false],
    ['2026-11-24T14:00:00+02:00', true],
  ])('%s: %s', (detectedAt, plausible) => {
    expect(isPlausibleDetection(detectedAt, NOW)).toBe(plausible);
  });
});

describe('the canonical finding', () => {
  it('holds every field, whatever their order', () => {
    const { id, title, ...rest } = aFinding();
    expect(canonicalFinding({ ...rest, title, id })).toBe(canonicalFinding(aFinding()));
    expect(JSON.parse(canonicalFinding(aFinding()))).toEqual(aFinding());
  });

  it('leaves a missing remediation link out', () => {
    expect(canonicalFinding(aFinding({ remediation: { summary: 'Look.' } }))).toContain(
      '"remediation":{"summary":"Look."}',
    );
  });
});
