/**
 * Measures what the code costs, always as a ratio of two things measured in one run: a time alone would tell of the
 * machine. `npm run bench` runs every measurement, `npm run bench -- masking` one of them;
 * `npm run bench -- fairness --beside DIR` also measures the checkout in DIR. `npm run bench -- send --against COMMIT` also
 * measures another commit's `send`; with `--json FILE` its results go into a file, with `--page` into
 * docs/performance.md; `--rounds N` takes more or less time.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBurst } from './burst.ts';
import { measureFairness } from './fairness.ts';
import { measureMasking } from './masking.ts';
import { performancePage } from './performance-page.ts';
import { showSend } from './send.ts';
import { measureTurns } from './simulation/burst-in-turns.ts';
import { measureThroughput } from './throughput.ts';

const { values, positionals: names } = parseArgs({
  options: {
    beside: { type: 'string' },
    against: { type: 'string' },
    json: { type: 'string' },
    page: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
  allowPositionals: true,
});

const MEASUREMENTS: Readonly<Record<string, () => Promise<void>>> = {
  send: async () => {
    const results = await showSend({
      against: values.against,
      ...(values.rounds !== undefined && { rounds: Number(values.rounds) }),
    });
    if (values.json !== undefined) {
      writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
    }
    if (values.page) {
      writeFileSync(join(import.meta.dirname, '..', 'docs', 'performance.md'), performancePage(results));
    }
  },
  masking: measureMasking,
  throughput: measureThroughput,
  fairness: () => measureFairness(values.beside),
  burst: measureBurst,
  turns: measureTurns,
};

// So that what a measurement leaves for the end is done; child processes end with this one.
for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 })) {
  process.once(signal, () => process.exit(128 + number));
}

const unknown = names.filter((name) => !Object.hasOwn(MEASUREMENTS, name));
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}. There are: ${Object.keys(MEASUREMENTS).join(', ')}.`);
  process.exit(1);
}
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (names.length === 0 || names.includes(name)) {
    console.log(`\n${name}`);
    await measure();
  }
}
