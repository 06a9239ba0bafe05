import { defineConfig } from 'vitest/config';

/** Run by `scripts/e2e.ts`, which deploys first. Not a project of the root configuration: `npm test` needs no Python. */
export default defineConfig({
  test: {
    name: 'e2e',
    include: ['test/e2e/**/*.test.ts'],
    reporters: ['verbose'],
    // Four attempts in 21 s and their jitter, and a queue is polled once a second.
    testTimeout: 90_000,
    hookTimeout: 30_000,
  },
});
