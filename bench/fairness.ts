/**
 * What slow receivers cost the others, on the local system with real receivers: of 50 tenants ten have receivers that
 * begin to hang, or to respond 200 only after eight seconds, and the deliveries of the forty others are timed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { makeFindings } from '../local/load/load.ts';
import { type LocalRun, type MeasuredSystem, thisSystem, withLocalRun } from './local-run.ts';
import { startOtherCheckout } from './other-checkout.ts';
import { publishAtRate } from './paced-publisher.ts';
import { asTable, comparePhases, type Phase, type PhaseResult, type Published } from './phases.ts';
import type { Misbehaviour, RecordingReceiver, Report } from './receiver-process.ts';

const TENANT_IDS = Array.from({ length: 50 }, (_, index) => `tenant-${index + 1}`);
const SLOW_IDS = TENANT_IDS.slice(0, 10);

const SECONDS = 120;
const SLOW_FROM_SECOND = 20;
const PER_SECOND = 50;
const TICK_MILLIS = 100;
const PER_TICK = (PER_SECOND * TICK_MILLIS) / 1_000;

const UNDISTURBED = 'undisturbed';
const PHASES: readonly Phase[] = [
  { name: 'cold start', from: 0, to: 5 },
  { name: UNDISTURBED, from: 5, to: SLOW_FROM_SECOND },
  { name: 'the first 5 s', from: SLOW_FROM_SECOND, to: 25 },
  { name: 'after that', from: 25, to: SECONDS },
];

/** After the last finding: what has not arrived by then counts as missing. */
const PATIENCE_MILLIS = 60_000;
const LOOK_EVERY_MILLIS = 500;

const SCENARIOS: Readonly<Record<string, Misbehaviour>> = {
  'ten of fifty receivers begin to hang': 'hangs',
  'ten of fifty receivers begin to respond 200 after 8 s': { respondsAfterMillis: 8_000 },
};

/** `beside` is another checkout, measured in the same run, each scenario right after this one's. */
export async function measureFairness(beside?: string): Promise<void> {
  for (const [name, way] of Object.entries(SCENARIOS)) {
    const here = await measure(name, thisSystem(), way);
    if (beside !== undefined) {
      const there = await measure(`${name}, in ${beside}`, (folder) => startOtherCheckout(beside, folder), way);
      for (const [index, { name: phase, p95 }] of here.entries()) {
        const times = (there[index]?.p95 ?? Number.NaN) / p95;
        console.log(`    ${phase}: p95 there ${Number.isFinite(times) ? `${times.toFixed(1)} times ours` : 'never'}`);
      }
    }
  }
}

async function measure(
  name: string,
  start: (folder: string) => Promise<MeasuredSystem>,
  way: Misbehaviour,
): Promise<readonly PhaseResult[]> {
  const { published, misbehaved } = await withLocalRun(TENANT_IDS, start, (run) => timeHealthy(run, way), {
    apart: SLOW_IDS,
  });
  if (misbehaved === 0) {
    throw new Error('No POST reached a slow receiver: the run shows nothing.');
  }
  const results = comparePhases(published, PHASES, UNDISTURBED);
  console.log(`  ${name}, ${misbehaved} POSTs to them; the others:`);
  for (const line of asTable(results)) {
    console.log(`    ${line}`);
  }
  return results;
}

async function timeHealthy({ system, receiver, receiverApart }: LocalRun, way: Misbehaviour) {
  const lines = makeFindings(SECONDS * PER_SECOND, TENANT_IDS, Date.now());
  let isSlow = false;
  const dueAt = await publishAtRate(system, lines, { tickMillis: TICK_MILLIS, perTick: PER_TICK }, (millis) => {
    if (!isSlow && millis >= SLOW_FROM_SECOND * 1_000) {
      receiverApart.misbehave(SLOW_IDS, way);
      isSlow = true;
    }
  });
  const [startedAt = Number.NaN] = dueAt;
  // Tenants come in turn, the slow ones first in each turn.
  const healthy = lines.flatMap((_, index) => (index % TENANT_IDS.length < SLOW_IDS.length ? [] : [index]));
  const arrivals = await arrivalsOf(healthy, receiver);
  const published = healthy.map((index): Published => {
    const due = dueAt[index] ?? Number.NaN;
    return { atMillis: due - startedAt, tookMillis: (arrivals.get(index + 1) ?? Number.POSITIVE_INFINITY) - due };
  });
  return { published, misbehaved: (await receiverApart.report()).misbehaved };
}

/** When all of them have arrived, or when patience ends. */
async function arrivalsOf(indices: readonly number[], receiver: RecordingReceiver): Promise<Report['arrivals']> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const { arrivals } = await receiver.report();
    if (Date.now() > deadline || indices.every((index) => arrivals.has(index + 1))) {
      return arrivals;
    }
    await pause(LOOK_EVERY_MILLIS);
  }
}
