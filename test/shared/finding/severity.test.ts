import { describe, expect, it } from 'vitest';
import { isAtOrAbove, SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';

describe('the severity threshold', () => {
  const cases = SEVERITY_LEVELS.flatMap((level, rank) =>
    SEVERITY_LEVELS.map((threshold, bar) => ({ level, threshold, passes: rank <= bar })),
  );

  it.each(cases)('a $level finding passes a threshold of $threshold: $passes', ({ level, threshold, passes }) => {
    expect(isAtOrAbove(level, threshold)).toBe(passes);
  });

  it('puts critical first and info last', () => {
    expect(SEVERITY_LEVELS).toEqual(['critical', 'high', 'medium', 'low', 'info']);
  });
});
