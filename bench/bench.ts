/**
 * Measures what the code costs, as ratios of two things measured in one run wherever it can: a time alone would tell of the
 * machine. `npm run bench -- --help` says what there is.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orEnd, readArguments } from '../local/command-line.ts';
import { measureBurst } from './burst.ts';
import { countedCost } from './cost.ts';
import { endOnSignals } from './end-on-signals.ts';
import { measureFairness } from './fairness.ts';
import { measureLatency } from './latency.ts';
import { measureMasking } from './masking.ts';
import { chosen, help, type MeasurementName } from './measurements.ts';
import { measureMemory } from './memory.ts';
import { type OtherCommit, withCommit } from './other-commit.ts';
import { performancePage } from './performance-page.ts';
import type { BenchResults } from './results.ts';
import { latencyLines, machineLine, memoryLines, sendLines, throughputLines } from './results-table.ts';
import { thisMachine } from './send/machine.ts';
import { measureSend } from './send.ts';
import { measureTurns } from './simulation/burst-in-turns.ts';
import { measureThroughput } from './throughput.ts';

const { values, positionals } = orEnd(() =>
  readArguments({
    beside: { type: 'string' },
    against: { type: 'string' },
    json: { type: 'string' },
    page: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    help: { type: 'boolean', default: false },
  }),
);
const names = orEnd(() => chosen(positionals));

type Found = Partial<Pick<BenchResults, 'send' | 'latency' | 'memory' | 'throughput'>>;

function measurements(other?: OtherCommit): Readonly<Record<MeasurementName, () => Promise<Found>>> {
  const options = { ...(values.rounds !== undefined && { rounds: Number(values.rounds) }), other };
  return {
    async send() {
      const send = await measureSend(options);
      show(sendLines(send));
      return { send };
    },
    async latency() {
      const latency = await measureLatency(options);
      show(latencyLines(latency));
      return { latency };
    },
    async memory() {
      const memory = await measureMemory(options);
      show(memoryLines(memory));
      return { memory };
    },
    async throughput() {
      const throughput = await measureThroughput(options);
      show(throughputLines(throughput));
      return { throughput };
    },
    cost: printing(() => show(countedCost())),
    masking: printing(measureMasking),
    turns: printing(measureTurns),
    fairness: printing(() => measureFairness(values.beside)),
    burst: printing(measureBurst),
  };
}

/** What it finds is on the terminal alone. */
function printing(measure: () => Promise<void> | void): () => Promise<Found> {
  return async () => {
    await measure();
    return {};
  };
}

async function run(names: readonly MeasurementName[], other?: OtherCommit): Promise<void> {
  let results: BenchResults = {
    takenAt: new Date().toISOString(),
    machine: thisMachine(),
    ...(other && { against: other.commit }),
  };
  show([machineLine(results)]);
  const measure = measurements(other);
  for (const name of names) {
    console.log(`\n${name}`);
    results = { ...results, ...(await measure[name]()) };
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  }
  if (values.page) {
    writeFileSync(join(import.meta.dirname, '..', 'docs', 'performance.md'), performancePage(results));
  }
}

function show(lines: readonly string[]): void {
  for (const line of lines) {
    console.log(`  ${line}`);
  }
}

endOnSignals();
if (values.help || positionals.length === 0) {
  console.log(help().join('\n'));
}
if (!values.help) {
  await (values.against === undefined ? run(names) : withCommit(values.against, (other) => run(names, other)));
}
