import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// For the workers and for the processes that tests start: each would compile the same modules.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

const shared = {
  setupFiles: ['test/fixed-seed.ts'],
  // By default a poll gives up after a second, which a busy machine takes for less.
  expect: { poll: { timeout: 20_000 } },
};

/** Half a minute and more each: begun last, one would keep a worker busy while the others have nothing left. */
const LONGEST =
  /\/(accessibility|faults|start|ends|demo|listen|api-life|local-system|card|log|truth|keyboard|everybody|failed-delivery|states|seeded|exhaustive|two-revisions|snippets|fairness)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // More than there are cores: what starts whole systems or drives a browser mostly waits. By default one is left idle.
    maxWorkers: availableParallelism() + 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // They change nothing global, and loading the same modules for each of them takes as long as they do.
          isolate: false,
          // Far more than any takes; on a busy machine the embedded engines are slow.
          testTimeout: 30_000,
          include: ['test/*.test.ts', 'test/{bench,console,shared,functions,flow,scripts,docs,receivers}/**/*.test.ts'],
        },
      },
      // Loading the CDK takes seconds: its tests change nothing global, so they share one load.
      {
        test: {
          ...shared,
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          testTimeout: 60_000,
          isolate: false,
          // The CDK's own check only warns, and starting it takes three seconds; `npm run lint:templates` has cfn-lint.
          env: { CDK_VALIDATION: 'false' },
        },
      },
      {
        test: {
          ...shared,
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 300_000,
          isolate: false,
        },
      },
      // Starts whole systems in child processes.
      {
        test: {
          ...shared,
          name: 'local',
          isolate: false,
          include: ['test/local/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      // One local system and one browser for all of them, a tenant for each.
      {
        test: {
          ...shared,
          name: 'browser',
          isolate: false,
          include: ['test/browser/**/*.test.ts'],
          globalSetup: 'test/browser/setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
