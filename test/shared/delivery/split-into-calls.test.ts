import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitIntoCalls } from '../../../shared/delivery/split-into-calls.ts';

it('keeps every message, in order, ten and a million bytes a call, and a larger one alone', () => {
  const sizes = fc.array(fc.constantFrom(1, 50_000, 120_000, 600_000, 1_040_000), { maxLength: 40 });
  fc.assert(
    fc.property(sizes, (bodies) => {
      const calls = splitIntoCalls(bodies, (size) => 'x'.repeat(size));
      expect(calls.flat()).toEqual(bodies);
      for (const call of calls) {
        const bytes = call.reduce((sum, size) => sum + size, 0);
        expect(call.length).toBeLessThanOrEqual(10);
        expect(bytes <= 1_000_000 || call.length === 1).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

it('counts bytes, not characters', () => {
  expect(splitIntoCalls(['密'.repeat(200_000), '密'.repeat(200_000)], (body) => body)).toHaveLength(2);
});
