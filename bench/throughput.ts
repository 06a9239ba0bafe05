/**
 * How many deliveries a second the local system makes, with the parts of its AWS in threads of their own and with all of
 * them in the supervisor's thread; and how much of the supervisor's thread a delivery takes.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { makeFindings, publishLoad } from '../local/load/load.ts';
import { type LocalRun, thisSystem, withLocalRun } from './local-run.ts';
import { median } from './percentiles.ts';

const TENANT_IDS = Array.from({ length: 10 }, (_, index) => `tenant-${index + 1}`);

/** Until the functions' code is compiled. */
const WARM_UP = 300;
const FINDINGS = 1_500;
const ROUNDS = 3;

const LOOK_EVERY_MILLIS = 20;
const PATIENCE_MILLIS = 120_000;

interface Measured {
  readonly perSecond: number;
  /** CPU milliseconds. */
  readonly supervisorPerDelivery: number;
}

/** In turns, so that whatever else the machine does meets both. */
export async function measureThroughput(): Promise<void> {
  const together: Measured[] = [];
  const apart: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    together.push(await withLocalRun(TENANT_IDS, thisSystem({ threads: 'together' }), measure));
    apart.push(await withLocalRun(TENANT_IDS, thisSystem({ threads: 'apart' }), measure));
  }
  show('deliveries a second', together, apart, ({ perSecond }) => perSecond);
  show("ms of the supervisor's thread a delivery", together, apart, (one) => one.supervisorPerDelivery);
}

function show(name: string, together: readonly Measured[], apart: readonly Measured[], of: (one: Measured) => number) {
  const [before, after] = [median(together.map(of)), median(apart.map(of))];
  const figures = `${before.toFixed(2)} in one thread, ${after.toFixed(2)} apart: ${(after / before).toFixed(2)} times`;
  console.log(`  ${name.padEnd(42)} ${figures}`);
}

async function measure({ system, receiver }: LocalRun): Promise<Measured> {
  const lines = makeFindings(WARM_UP + FINDINGS, TENANT_IDS, Date.now());
  const deliver = async (from: number, to: number) => {
    await publishLoad(system.clients.eventBridge, system.description.findingsBus, lines.slice(from, to));
    const deadline = performance.now() + PATIENCE_MILLIS;
    while ((await receiver.count()) < to) {
      if (performance.now() > deadline) {
        throw new Error(`${to - (await receiver.count())} of ${to} findings did not arrive`);
      }
      await pause(LOOK_EVERY_MILLIS);
    }
  };
  await deliver(0, WARM_UP);
  const startedAt = performance.now();
  const before = process.threadCpuUsage();
  await deliver(WARM_UP, WARM_UP + FINDINGS);
  const { user, system: kernel } = process.threadCpuUsage(before);
  return {
    perSecond: FINDINGS / ((performance.now() - startedAt) / 1_000),
    supervisorPerDelivery: (user + kernel) / 1_000 / FINDINGS,
  };
}
