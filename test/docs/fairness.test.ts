import { expect, it } from 'vitest';
import { generateFairness } from '../../scripts/generated/fairness-page.ts';
import { IS_THOROUGH } from '../thorough.ts';

/** It simulates minutes of every kind of receiver, which takes eight seconds. */
const SIMULATION_MILLIS = 180_000;

it.runIf(IS_THOROUGH)(
  'the page on fairness says what the simulation comes to; "npm run docs" writes it',
  {
    timeout: SIMULATION_MILLIS,
  },
  () => {
    const { current, wanted } = generateFairness(new URL('../../', import.meta.url));
    expect(current).toBe(wanted);
  },
);
