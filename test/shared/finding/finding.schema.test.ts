import { expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { findingSchema } from '../../../shared/finding/finding.schema.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { SAMPLE_FINDING, trialFinding } from '../../../shared/finding/sample-finding.ts';

/** zod's objects are writable, the type's are not; all else must be equal. */
type Writable<Value> = { -readonly [Name in keyof Value]: Writable<Value[Name]> };

it('parses exactly the type: the compiler refuses a field that one of the two lacks', () => {
  expectTypeOf<z.output<typeof findingSchema>>().toEqualTypeOf<Writable<Finding>>();
});

it('lets the sample and the trial pass as they are', () => {
  const trial = trialFinding({ id: 'fnd_1', title: 'Trial', detectedAt: '2026-11-23T10:00:00Z' });
  for (const finding of [SAMPLE_FINDING, trial]) {
    expect(findingSchema.parse(finding)).toEqual(finding);
  }
});
