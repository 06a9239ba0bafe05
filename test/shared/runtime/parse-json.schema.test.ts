import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { rejection } from '../../../shared/runtime/parse-json.schema.ts';

describe('the reason of a rejection', () => {
  it('names each field that is wrong, and the rule', () => {
    const { error } = z.object({ a: z.string('must be a text'), b: z.int('must be a number') }).safeParse({});
    expect(error && rejection(error).reason).toBe('a: must be a text; b: must be a number');
  });

  it('is made of no more issues than fit it, of the hundred thousand that a large body may have', () => {
    const { error } = z.array(z.string('must be a text')).safeParse(Array(100_000).fill(0));
    const issues = error?.issues ?? [];
    let read = 0;
    const counting = issues.map((issue) =>
      Object.defineProperty({ ...issue }, 'message', {
        get() {
          read += 1;
          return issue.message;
        },
      }),
    );
    const { reason } = rejection(new z.ZodError(counting));
    expect(reason).toHaveLength(500);
    expect(reason).toMatch(/^0: must be a text; 1: /);
    expect(read).toBeLessThan(100);
  });
});
