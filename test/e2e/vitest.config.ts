import { defineConfig } from 'vitest/config';

/** Run by `scripts/e2e.ts`, which deploys first. Not a project of the root configuration: `npm test` needs no Python. */
export default defineConfig({
  test: {
    name: 'e2e',
    include: ['test/e2e/**/*.test.ts'],
    reporters: ['verbose'],
    // They wait more than they work: one that waits must not keep the others waiting.
    maxWorkers: 2,
    maxConcurrency: 10,
    // Beyond the patience of its waits, which say what they wait for; this does not.
    testTimeout: 400_000,
    hookTimeout: 60_000,
  },
});
