/** A world of a thousand webhooks on a simulated clock, some of whose receivers go bad; what the healthy ones then wait. */
import { seededRandom } from '../../local/load/seeded-random.ts';
import { ATTEMPT_DEADLINE_MILLIS } from '../../shared/attempt/make-attempt.flow.ts';
import { comparePhases, type Phase, type PhaseResult, type Published } from '../phases.ts';
import { type Design, type Receiver, Service } from './service.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Scenario {
  readonly name: string;
  /** The share of the webhooks that go bad. */
  readonly badShare: number;
  /** The share of the findings that are theirs; as their number if absent. */
  readonly badLoad?: number;
  readonly badFromSecond: number;
  readonly bad: { readonly millis: number; readonly isAccepted: boolean };
}

const LATE = { millis: 8_000, isAccepted: true };
const HANGING = { millis: ATTEMPT_DEADLINE_MILLIS, isAccepted: false };
const ONSET_SECOND = 60;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'no receiver goes bad', badShare: 0, badFromSecond: ONSET_SECOND, bad: LATE },
  { name: 'a fifth fails at once', badShare: 0.2, badFromSecond: ONSET_SECOND, bad: { millis: 50, isAccepted: false } },
  { name: 'a fifth hangs', badShare: 0.2, badFromSecond: ONSET_SECOND, bad: HANGING },
  { name: 'a fifth responds 200 after 8 s', badShare: 0.2, badFromSecond: ONSET_SECOND, bad: LATE },
  {
    name: 'one with a fifth of the findings responds 200 after 8 s',
    badShare: 0.001,
    badLoad: 0.2,
    badFromSecond: ONSET_SECOND,
    bad: LATE,
  },
  { name: 'a fifth responds 200 after 8 s from the first finding on', badShare: 0.2, badFromSecond: 0, bad: LATE },
];

export const WEBHOOKS = 1_000;
export const PER_SECOND = 200;
export const SECONDS = 240;

/** What is always so: these shares fail at once, and are ten times slower than the others. */
export const FAILING_SHARE = 0.05;
export const TENFOLD_SHARE = 0.02;
export const TYPICAL_MILLIS = 100;

/** The first half minute has the cold start of the mappings. */
export const PHASES: readonly Phase[] = [
  { name: 'undisturbed', from: 30, to: ONSET_SECOND },
  { name: 'the first 30 s', from: ONSET_SECOND, to: ONSET_SECOND + 30 },
  { name: 'after that', from: ONSET_SECOND + 30, to: SECONDS },
];

export interface SimulatedResult {
  /** Of the healthy webhooks. */
  readonly phases: readonly PhaseResult[];
  /** First attempts, of any webhook, that had not begun when the last finding was published. */
  readonly waiting: number;
  /** Lambda's part for `send`, for a million findings. */
  readonly dollars: number;
  /** The most that one message was sent on. */
  readonly mostMoves: number;
}

/** List prices of us-east-1, ARM, November 2026: a GB-second, and a million requests. */
const DOLLARS_PER_GB_SECOND = 0.000_013_333_4;
const DOLLARS_PER_MILLION_REQUESTS = 0.2;
const MEMORY_GB = 0.5;

export interface Load {
  readonly webhooks: number;
  readonly perSecond: number;
  readonly seconds: number;
}

const LOAD: Load = { webhooks: WEBHOOKS, perSecond: PER_SECOND, seconds: SECONDS };

export function simulate(design: Design, scenario: Scenario, seed: number, load: Load = LOAD): SimulatedResult {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const world = makeWorld(scenario, load.webhooks, random);
  const publishedAt: { readonly webhook: number; readonly atMillis: number }[] = [];
  const firstPostAt = new Map<number, number>();
  let [invocations, billedMillis, mostMoves] = [0, 0, 0];
  const service = new Service(clock, design, world.receivers, random, {
    posted({ finding, moves }, at) {
      firstPostAt.set(finding, firstPostAt.get(finding) ?? at);
      mostMoves = Math.max(mostMoves, moves);
    },
    billed(millis) {
      invocations += 1;
      billedMillis += millis;
    },
  });
  const publishNext = () => {
    const webhook = world.draw();
    service.publish(webhook, publishedAt.length);
    publishedAt.push({ webhook, atMillis: clock.now });
    // Arrivals without memory: the time between two is exponential.
    clock.at(clock.now + (-Math.log(1 - random()) * 1_000) / load.perSecond, publishNext);
  };
  publishNext();
  clock.runUntil(load.seconds * 1_000);
  const millionths = publishedAt.length / 1_000_000;
  const dollars =
    (billedMillis / 1_000) * MEMORY_GB * DOLLARS_PER_GB_SECOND +
    (invocations / 1_000_000) * DOLLARS_PER_MILLION_REQUESTS;
  return {
    phases: comparePhases(
      publishedAt.flatMap(({ webhook, atMillis }, finding): readonly Published[] => {
        // What is still waiting has waited at least so long.
        const at = firstPostAt.get(finding) ?? clock.now;
        return world.isHealthy(webhook) ? [{ atMillis, tookMillis: at - atMillis }] : [];
      }),
      PHASES,
      'undisturbed',
    ),
    waiting: publishedAt.length - firstPostAt.size,
    dollars: dollars / millionths,
    mostMoves,
  };
}

interface World {
  readonly receivers: readonly Receiver[];
  readonly isHealthy: (webhook: number) => boolean;
  /** Whose the next finding is. */
  readonly draw: () => number;
}

/** The first webhooks are those that go bad; of the others some are always failing or slow. */
function makeWorld(
  { badShare, badLoad = badShare, badFromSecond, bad }: Scenario,
  webhooks: number,
  random: () => number,
): World {
  const badOnes = Math.round(badShare * webhooks);
  const kinds = Array.from({ length: webhooks }, () => kindOf(random()));
  const typical = () => ({ millis: typicalMillis(random), isAccepted: true });
  const ordinary: Readonly<Record<Kind, Receiver['respond']>> = {
    typical,
    failing: () => ({ ...typical(), isAccepted: false }),
    tenfold: () => ({ millis: 10 * typicalMillis(random), isAccepted: true }),
  };
  const goingBad: Receiver['respond'] = (now) => (now >= badFromSecond * 1_000 ? bad : typical());
  const receivers = kinds.map(
    (kind, webhook): Receiver => ({ respond: webhook < badOnes ? goingBad : ordinary[kind] }),
  );
  return {
    receivers,
    isHealthy: (webhook) => webhook >= badOnes && kinds[webhook] === 'typical',
    draw: () =>
      random() < badLoad ? Math.floor(random() * badOnes) : badOnes + Math.floor(random() * (webhooks - badOnes)),
  };
}

type Kind = 'typical' | 'failing' | 'tenfold';

function kindOf(drawn: number): Kind {
  if (drawn < FAILING_SHARE) {
    return 'failing';
  }
  return drawn < FAILING_SHARE + TENFOLD_SHARE ? 'tenfold' : 'typical';
}

/** Log-normal, as response times are: half of them within the typical time, one in a hundred takes three times as long. */
function typicalMillis(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return TYPICAL_MILLIS * Math.exp(0.47 * normal);
}
