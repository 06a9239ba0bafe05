/** `npm run breaks` takes minutes and is run seldom: that it will still find what it breaks is seen here at once. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BREAKS, END_TO_END } from './breaks/breaks.ts';
import { altered } from './proof/altered-copy.ts';

describe('the breaks that are tried', () => {
  it.each(BREAKS.map((tried) => [tried.name, tried] as const))(
    '%s: stands where it is looked for',
    (_name, { alterations, caughtBy }) => {
      const sources = new Map<string, string>();
      for (const alteration of alterations) {
        const source = sources.get(alteration.file) ?? readFileSync(alteration.file, 'utf8');
        sources.set(alteration.file, altered(source, alteration));
      }
      expect(caughtBy === END_TO_END || existsSync(caughtBy)).toBe(true);
    },
  );
});
