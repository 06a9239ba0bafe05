import { expect, it } from 'vitest';
import { generateFairness } from '../../scripts/generated-fairness.ts';

it('the page on fairness says what the simulation comes to; "npm run docs" writes it', () => {
  const { current, wanted } = generateFairness(new URL('../../', import.meta.url));
  expect(current).toBe(wanted);
});
