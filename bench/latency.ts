/**
 * How long a finding takes from the moment it is put on the bus until its POST has arrived, at a steady rate, on the local
 * system with a real receiver. Beside another commit both are started in the same way and measured in turns.
 */
import { join } from 'node:path';
import { makeFindings, publishLoad } from '../local/load/load.ts';
import { latencyResult } from './latency-result.ts';
import { type LocalRun, type MeasuredSystem, thisSystem, withLocalRun } from './local-run.ts';
import { startOtherCheckout } from './other-checkout.ts';
import type { OtherCommit } from './other-commit.ts';
import { type Beat, publishAtRate } from './paced-publisher.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import type { LatencyResult, LatencySubject } from './results.ts';
import { rotated } from './rotated.ts';

import { whenArrived } from './when-arrived.ts';

export interface LatencyOptions {
  readonly rounds?: number;
  readonly other?: OtherCommit | undefined;
}

const ROUNDS = 3;
const SECONDS = 8;
/** Short ticks: what is put together may arrive as one batch. */
const BEATS: Readonly<Record<LatencyResult['perSecond'], Beat>> = {
  50: { tickMillis: 20, perTick: 1 },
  200: { tickMillis: 20, perTick: 4 },
};
/** Until the functions' code is compiled. */
const WARM_UP = 500;
const TENANT_IDS = Array.from({ length: 10 }, (_, index) => `tenant-${index + 1}`);
const PROJECT = join(import.meta.dirname, '..');

export async function measureLatency({ rounds = ROUNDS, other }: LatencyOptions): Promise<readonly LatencyResult[]> {
  const taken = { here: [] as Round[], against: [] as Round[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [subject, start] of rotated(systems(other), round)) {
      console.error(`  ${subject === 'here' ? 'this' : other?.commit} system, round ${round + 1} of ${rounds} ...`);
      taken[subject].push(await withLocalRun(TENANT_IDS, start, measureRound));
    }
  }
  return ([50, 200] as const).map((perSecond) =>
    latencyResult(
      perSecond,
      taken.here.map((round) => round[perSecond]),
      taken.against.map((round) => round[perSecond]),
    ),
  );
}

type Round = Readonly<Record<LatencyResult['perSecond'], Percentiles>>;

function systems(
  other: OtherCommit | undefined,
): readonly (readonly [LatencySubject, (folder: string) => Promise<MeasuredSystem>])[] {
  return other === undefined
    ? [['here', thisSystem()]]
    : [
        ['here', (folder) => startOtherCheckout(PROJECT, folder)],
        ['against', (folder) => startOtherCheckout(other.folder, folder)],
      ];
}

async function measureRound({ system, receiver }: LocalRun): Promise<Round> {
  const count = (perSecond: LatencyResult['perSecond']) => perSecond * SECONDS;
  const lines = makeFindings(WARM_UP + count(50) + count(200), TENANT_IDS, Date.now());
  await publishLoad(system.clients.eventBridge, system.description.findingsBus, lines.slice(0, WARM_UP));
  await whenArrived(receiver, WARM_UP);
  let done = WARM_UP;
  const at = async (perSecond: LatencyResult['perSecond']): Promise<Percentiles> => {
    const first = done;
    done += count(perSecond);
    const dueAt = await publishAtRate(system, lines.slice(first, done), BEATS[perSecond]);
    await whenArrived(receiver, done);
    const { arrivals } = await receiver.report();
    const took = dueAt.map((due, index) => (arrivals.get(first + index + 1) ?? Number.POSITIVE_INFINITY) - due);
    return percentilesOf(took);
  };
  return { 50: await at(50), 200: await at(200) };
}
