import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AFFECTED_TYPES } from '../../../shared/finding/affected.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';
import { type AlertRule, isNarrower, isSameRule, listWords, refusalOf } from '../../../shared/webhook/alert-rule.ts';
import { aFinding, aPlainFinding } from '../../builders/finding.ts';

const ALL: AlertRule = { enabled: true, minSeverity: 'info' };

/** Of Okta and AWS, about an identity and an asset. */
const joined = aFinding({ severity: { level: 'high', score: 82 }, category: 'Identity Security', platforms: ['aws'] });
const plain = aPlainFinding();

describe('an alert rule', () => {
  it.each<[string, Partial<AlertRule>, Finding, ReturnType<typeof refusalOf>]>([
    ['that is off refuses every finding', { enabled: false }, joined, 'alerts-off'],
    ['lets a finding at the threshold pass', { minSeverity: 'high' }, joined, undefined],
    ['refuses a finding below it', { minSeverity: 'critical' }, joined, 'below-threshold'],
    ['without lists lets every finding pass', {}, plain, undefined],
    ['selects by the platform', { platforms: ['github', 'okta'] }, plain, undefined],
    ['selects by any of the further platforms', { platforms: ['aws'] }, joined, undefined],
    ['refuses other platforms', { platforms: ['github'] }, joined, 'not-selected'],
    ['ignores case', { platforms: ['OKTA'], categories: ['identity security'] }, joined, undefined],
    ['selects by the category', { categories: ['Identity Security', 'Shadow IT'] }, joined, undefined],
    ['refuses a finding without the field', { categories: ['Identity Security'] }, plain, 'not-selected'],
    ['selects by the type of any that is affected', { affectedTypes: ['asset'] }, joined, undefined],
    ['refuses other types', { affectedTypes: ['asset'] }, plain, 'not-selected'],
    ['needs every list to select', { platforms: ['okta'], categories: ['Drift Signal'] }, joined, 'not-selected'],
  ])('%s', (_name, rule, finding, refusal) => {
    expect(refusalOf({ ...ALL, ...rule }, finding)).toBe(refusal);
  });

  it('is said in words', () => {
    expect(listWords(ALL)).toBe('');
    expect(listWords({ platforms: ['okta', 'aws'], affectedTypes: ['identity'] })).toBe(
      'platforms okta, aws; affected identity',
    );
  });
});

const NAMES = ['okta', 'OKTA', 'aws', 'github'];
const list = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 });
const anyRule: fc.Arbitrary<AlertRule> = fc.record(
  {
    enabled: fc.boolean(),
    minSeverity: fc.constantFrom(...SEVERITY_LEVELS),
    platforms: list,
    categories: list,
    affectedTypes: fc.uniqueArray(fc.constantFrom(...AFFECTED_TYPES), { minLength: 1 }),
  },
  { requiredKeys: ['enabled', 'minSeverity'] },
);
const anyOfTheirFindings: fc.Arbitrary<Finding> = fc
  .record(
    {
      severity: fc.constantFrom(...SEVERITY_LEVELS).map((level) => ({ level, score: 1 })),
      platform: fc.constantFrom(...NAMES),
      platforms: list,
      category: fc.constantFrom(...NAMES),
      affected: fc.constantFrom(...AFFECTED_TYPES).map((type) => ({ type, id: 'x', name: '' })),
    },
    { requiredKeys: ['severity', 'platform', 'affected'] },
  )
  .map((parts) => aPlainFinding(parts));

describe('a narrower rule', () => {
  it('lets nothing pass that the wider one refuses', () => {
    fc.assert(
      fc.property(anyRule, anyRule, fc.array(anyOfTheirFindings, { minLength: 20 }), (next, current, findings) => {
        const passes = (rule: AlertRule, finding: Finding) => refusalOf(rule, finding) === undefined;
        const isRefuted = findings.some((finding) => passes(next, finding) && !passes(current, finding));
        expect(isNarrower(next, current) && isRefuted).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[Partial<AlertRule>, Partial<AlertRule>, boolean]>([
    [{}, {}, true],
    [{ minSeverity: 'high' }, { minSeverity: 'low' }, true],
    [{ minSeverity: 'low' }, { minSeverity: 'high' }, false],
    [{ platforms: ['okta'] }, {}, true],
    [{}, { platforms: ['okta'] }, false],
    [{ platforms: ['okta'] }, { platforms: ['aws', 'Okta'] }, true],
    [{ platforms: ['okta', 'github'] }, { platforms: ['okta'] }, false],
    [{ enabled: false }, { minSeverity: 'critical' }, true],
    [{}, { enabled: false }, false],
  ])('%j is narrower than %j: %s', (next, current, expected) => {
    expect(isNarrower({ ...ALL, ...next }, { ...ALL, ...current })).toBe(expected);
  });

  it('is the same rule if each is narrower than the other, whatever the order and the case', () => {
    const rule: AlertRule = { ...ALL, platforms: ['okta', 'aws'] };
    expect(isSameRule(rule, { ...ALL, platforms: ['AWS', 'okta'] })).toBe(true);
    expect(isSameRule(rule, { ...ALL, platforms: ['okta'] })).toBe(false);
    expect(isSameRule(rule, ALL)).toBe(false);
    expect(isSameRule({ ...ALL, enabled: false }, ALL)).toBe(false);
  });
});
