/** Which secrets sign, and what a rotation makes of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_SIGNING_SECRETS,
  rotateSigning,
  type SigningSecrets,
  secretsThatSign,
} from '../../../shared/webhook/signing-secrets.ts';

const DAY_MILLIS = 86_400_000;

describe('rotating the signing secret', () => {
  const signing = { current: 'first' };

  it('keeps the one before it for a day unless told otherwise', () => {
    const previous = [{ secret: 'first', until: 1_000 + DAY_MILLIS }];
    expect(rotateSigning(signing, 'second', 1_000)).toEqual({
      kind: 'rotated',
      signing: { current: 'second', previous },
    });
  });

  it('has none to keep at first', () => {
    expect(rotateSigning(undefined, 'first', 1_000)).toEqual({ kind: 'rotated', signing });
  });

  it('changes nothing if the secret signs already', () => {
    expect(rotateSigning(signing, 'first', 1_000)).toEqual({ kind: 'unchanged' });
    expect(rotateSigning(signing, 'first', 1_000, 0)).toEqual({ kind: 'unchanged' });
  });

  const three = {
    current: 'third',
    previous: [
      { secret: 'second', until: 9_000 },
      { secret: 'first', until: 5_000 },
    ],
  };

  it('keeps earlier overlaps beside the new one', () => {
    const two = { current: 'second', previous: [{ secret: 'first', until: 5_000 }] };
    expect(rotateSigning(two, 'third', 4_999, 60)).toEqual({
      kind: 'rotated',
      signing: {
        current: 'third',
        previous: [
          { secret: 'second', until: 64_999 },
          { secret: 'first', until: 5_000 },
        ],
      },
    });
  });

  it('is refused for a fourth until the first of the overlaps ends', () => {
    expect(rotateSigning(three, 'fourth', 4_999, 60)).toEqual({ kind: 'refused', possibleAt: 5_000 });
    expect(rotateSigning(three, 'fourth', 5_000, 60)).toEqual({
      kind: 'rotated',
      signing: {
        current: 'fourth',
        previous: [
          { secret: 'third', until: 65_000 },
          { secret: 'second', until: 9_000 },
        ],
      },
    });
  });

  it('ends all overlaps at once without one of its own', () => {
    expect(rotateSigning(three, 'fourth', 1_000, 0)).toEqual({ kind: 'rotated', signing: { current: 'fourth' } });
  });

  it('goes back to an earlier secret without a fourth', () => {
    expect(rotateSigning(three, 'first', 1_000, 60)).toEqual({
      kind: 'rotated',
      signing: {
        current: 'first',
        previous: [
          { secret: 'third', until: 61_000 },
          { secret: 'second', until: 9_000 },
        ],
      },
    });
  });

  it('never ends an overlap early, in whatever order secrets come', () => {
    const rotation = fc.record({
      next: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      afterMillis: fc.integer({ min: 0, max: 40_000 }),
      overlapSeconds: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(rotation, { maxLength: 20 }), (rotations) => {
        let now = 0;
        let latest: SigningSecrets = { current: 'first' };
        for (const { next, afterMillis, overlapSeconds } of rotations) {
          now += afterMillis;
          const before = secretsThatSign(latest, now);
          const rotated = rotateSigning(latest, next, now, overlapSeconds);
          latest = rotated.kind === 'rotated' ? rotated.signing : latest;
          const after = secretsThatSign(latest, now);
          expect(after).toEqual(expect.arrayContaining([...before]));
          expect(new Set(after).size).toBe(after.length);
          expect(after.length).toBeLessThanOrEqual(MAX_SIGNING_SECRETS);
          expect(rotated.kind === 'refused' || after[0] === next).toBe(true);
          expect(rotated.kind !== 'refused' || rotateSigning(latest, next, rotated.possibleAt).kind === 'rotated').toBe(
            true,
          );
        }
      }),
    );
  });
});
