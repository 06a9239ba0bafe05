import { describe, expect, it } from 'vitest';
import { draftOf, ruleOf } from '../../console/details/alert-lists-draft.ts';

const RULE = { enabled: true, minSeverity: 'high' } as const;

describe('the lists of an alert rule as they are typed', () => {
  it('come back as they were', () => {
    const rule = { ...RULE, platforms: ['okta', 'aws'], categories: ['Shadow IT'], affectedTypes: ['asset' as const] };
    expect(ruleOf(rule, draftOf(rule))).toEqual(rule);
    expect(ruleOf(RULE, draftOf(RULE))).toEqual(RULE);
  });

  it('are cut at commas; blanks and empty entries do not count', () => {
    const draft = { platforms: ' okta ,, aws,', categories: ' , ', affectedTypes: [] };
    expect(ruleOf(RULE, draft)).toEqual({ ...RULE, platforms: ['okta', 'aws'] });
  });

  it('are no list if every type is chosen', () => {
    const draft = { platforms: '', categories: '', affectedTypes: ['identity', 'asset'] as const };
    expect(ruleOf(RULE, draft)).toEqual(RULE);
  });
});
