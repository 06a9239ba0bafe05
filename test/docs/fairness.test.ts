import { expect, it } from 'vitest';
import { generateFairness } from '../../scripts/generated-fairness.ts';

/** It simulates minutes of every kind of receiver. */
const SIMULATION_MILLIS = 180_000;

it('the page on fairness says what the simulation comes to; "npm run docs" writes it', {
  timeout: SIMULATION_MILLIS,
}, () => {
  const { current, wanted } = generateFairness(new URL('../../', import.meta.url));
  expect(current).toBe(wanted);
});
