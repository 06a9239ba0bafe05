/** `npm run proof` is long and run seldom: that it will still find the guards it removes is seen here at once. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GUARDS } from './guards/guards.ts';

describe('the guards that the proof removes', () => {
  it.each(GUARDS.map((guard) => [guard.name, guard] as const))(
    '%s: stands where the proof looks for it',
    (_name, guard) => {
      expect(readFileSync(guard.file, 'utf8').split(guard.guard)).toHaveLength(2);
      expect(existsSync(guard.test)).toBe(true);
    },
  );
});
