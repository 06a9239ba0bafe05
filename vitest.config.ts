import { defineConfig } from 'vitest/config';

const shared = { setupFiles: ['test/fixed-seed.ts'] };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // Far more than any takes; on a busy machine the embedded engines are slow.
          testTimeout: 30_000,
          include: ['test/*.test.ts', 'test/{console,shared,functions,flow,scripts,docs}/**/*.test.ts'],
        },
      },
      // Loading the CDK takes seconds: its tests change nothing global, so they share one load.
      { test: { ...shared, name: 'infra', include: ['test/infra/**/*.test.ts'], testTimeout: 60_000, isolate: false } },
      {
        test: { ...shared, name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 300_000 },
      },
      // Starts whole systems in child processes: one file at a time on a small machine.
      {
        test: {
          ...shared,
          name: 'local',
          include: ['test/local/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      // One local system and one browser for all of them.
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: 'test/browser/setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
