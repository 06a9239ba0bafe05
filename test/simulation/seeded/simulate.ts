/** One run by one seed: a storm, then calm until everything has come to rest, then the audit. */

import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { audit, unfinished } from './audit.ts';
import { type Sabotage, SimulatedFunctions } from './functions.ts';
import type { Death } from './invocation.ts';
import type { Tally } from './kinds.ts';
import { People } from './people.ts';
import { setUp } from './scenario.ts';
import { SimulatedAccount } from './simulated-account.ts';
import { SimulatedApi } from './simulated-api.ts';

export interface RunStats {
  readonly seed: number;
  readonly findings: number;
  /** Accepted findings × matching webhooks. */
  readonly deliveries: number;
  readonly posts: number;
  /** POSTs that no attempt on record accounts for: the receiver has to tell them by their id. */
  readonly duplicatePosts: number;
  readonly crashes: number;
  readonly virtualMillis: number;
  readonly tally: Tally;
}

const DEATHS: readonly Death[] = ['crash before an effect', 'crash after an effect', 'killed at the function timeout'];

const LOOK_EVERY_MILLIS = 60_000;

/** A receiver may ask for six hours, and the reconciler's pauses double; whatever takes longer than this is lost. */
const LONGEST_CALM_MILLIS = 3 * 24 * 60 * 60_000;

/** Throws with the seed, the broken promise and the way to it. */
export async function simulate(seed: number, sabotage: Sabotage = {}): Promise<RunStats> {
  const account = new SimulatedAccount(seed);
  const { clock, ledger, mishaps, tally } = account;
  const startedAt = clock.now();
  const functions = new SimulatedFunctions(account, sabotage);
  const people = new People(account, new SimulatedApi(account, sabotage));
  const { findings, calmAt } = await setUp(account, people);
  functions.start();
  clock.schedule(calmAt - startedAt, () => {
    mishaps.isCalm = true;
  });
  let isAtRest = false;
  const look = () => {
    isAtRest = account.atWork === 0 && unfinished(account) === undefined;
    if (clock.now() > calmAt + LONGEST_CALM_MILLIS) {
      const left = unfinished(account) ?? 'a user is still at work';
      ledger.violate(/dlv_\w+/.exec(left)?.[0] ?? '', `never comes to rest: ${left}`);
    }
    clock.schedule(LOOK_EVERY_MILLIS, look);
  };
  clock.schedule(calmAt - startedAt + LOOK_EVERY_MILLIS, look);
  await clock.run(() => !isAtRest && ledger.violation === undefined);
  if (ledger.violation === undefined) {
    audit(account);
  }
  if (ledger.violation !== undefined) {
    throw new Error(
      `seed ${seed}: ${ledger.violation}\n(replay: SEED=${seed} npx vitest run --project simulation test/simulation/seeded)`,
    );
  }
  const accounts = [...ledger.accounts.values()];
  const posts = accounts.reduce((sum, { posts: ofOne }) => sum + ofOne, 0);
  // The attempts of a digest are on the rows of its findings too.
  const recorded = new Set([...account.rows.values()].flatMap(attemptsOf)).size;
  return {
    seed,
    findings,
    deliveries: accounts.length,
    posts,
    duplicatePosts: posts - recorded,
    crashes: DEATHS.reduce((sum, death) => sum + (tally.get(death) ?? 0), 0),
    virtualMillis: clock.now() - startedAt,
    tally,
  };
}

function attemptsOf({ deliveryId, digestId, attempts }: DeliveryRow): readonly string[] {
  return attempts.map(({ at }) => `${digestId ?? deliveryId} ${at}`);
}
