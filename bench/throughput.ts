/**
 * How many deliveries a second the local system makes, with the parts of its AWS in threads of their own and with all of
 * them in the supervisor's thread; how much of the supervisor's thread a delivery takes; and how many another commit's
 * system makes, beside this one started in the same way.
 */
import { join } from 'node:path';
import { makeFindings, publishLoad } from '../local/load/load.ts';
import { type LocalRun, thisSystem, withLocalRun } from './local-run.ts';
import { startOtherCheckout } from './other-checkout.ts';
import type { OtherCommit } from './other-commit.ts';
import type { ThroughputResults } from './results.ts';
import { rotated } from './rotated.ts';
import { ratioOf, spreadOf } from './send/ratios.ts';
import { whenArrived } from './when-arrived.ts';

export interface ThroughputOptions {
  readonly rounds?: number;
  readonly other?: OtherCommit | undefined;
}

const TENANT_IDS = Array.from({ length: 10 }, (_, index) => `tenant-${index + 1}`);

/** Until the functions' and the engines' code is compiled, or nearly: after 300 V8's compiler threads took a fifth of the processors. */
const WARM_UP = 1_500;
const FINDINGS = 1_500;
const ROUNDS = 3;
const PROJECT = join(import.meta.dirname, '..');

interface Measured {
  readonly perSecond: number;
  /** CPU milliseconds. Of another process: nothing. */
  readonly supervisorPerDelivery: number;
}

/** In turns, so that whatever else the machine does meets all. */
export async function measureThroughput({ rounds = ROUNDS, other }: ThroughputOptions): Promise<ThroughputResults> {
  const together: Measured[] = [];
  const apart: Measured[] = [];
  const here: Measured[] = [];
  const there: Measured[] = [];
  const ofCheckout = (checkout: string) =>
    withLocalRun(TENANT_IDS, (folder) => startOtherCheckout(checkout, folder), measure);
  for (let round = 0; round < rounds; round += 1) {
    console.error(`  round ${round + 1} of ${rounds} ...`);
    together.push(await withLocalRun(TENANT_IDS, thisSystem({ threads: 'together' }), measure));
    apart.push(await withLocalRun(TENANT_IDS, thisSystem({ threads: 'apart' }), measure));
    if (other !== undefined) {
      for (const [checkout, taken] of rotated([[PROJECT, here] as const, [other.folder, there] as const], round)) {
        console.error(`  round ${round + 1}, ${taken === here ? 'this checkout' : other.commit} ...`);
        taken.push(await ofCheckout(checkout));
      }
    }
  }
  const perSecond = (measured: readonly Measured[]) => measured.map((one) => one.perSecond);
  const supervisor = (measured: readonly Measured[]) => measured.map((one) => one.supervisorPerDelivery);
  return {
    together: { perSecond: spreadOf(perSecond(together)), supervisorMillis: spreadOf(supervisor(together)) },
    apart: { perSecond: spreadOf(perSecond(apart)), supervisorMillis: spreadOf(supervisor(apart)) },
    timesTogether: ratioOf(perSecond(apart), perSecond(together)),
    ...(other && {
      against: {
        herePerSecond: spreadOf(perSecond(here)),
        therePerSecond: spreadOf(perSecond(there)),
        timesAgainst: ratioOf(perSecond(here), perSecond(there)),
      },
    }),
  };
}

async function measure({ system, receiver }: LocalRun): Promise<Measured> {
  const lines = makeFindings(WARM_UP + FINDINGS, TENANT_IDS, Date.now());
  const deliver = async (from: number, to: number) => {
    await publishLoad(system.clients.eventBridge, system.description.findingsBus, lines.slice(from, to));
    await whenArrived(receiver, to);
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
