/** A world of a thousand webhooks on a simulated clock, some of whose receivers go bad; what the healthy ones then wait. */
import { seededRandom } from '../../local/load/seeded-random.ts';
import { ATTEMPT_DEADLINE_MILLIS } from '../../shared/attempt/send-masked.flow.ts';
import { comparePhases, type Phase, type PhaseResult, type Published } from '../phases.ts';
import { type Design, type Receiver, Service, type ServiceHooks } from './service.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Scenario {
  readonly name: string;
  /** What the page says beside the figures. */
  readonly about?: string;
  /** The share of the webhooks that go bad. */
  readonly badShare: number;
  /** The share of the findings that are theirs; as their number if absent. */
  readonly badLoad?: number;
  readonly badFromSecond: number;
  readonly bad: Response;
  /** Whether those that go bad have the largest secrets. */
  readonly isHeavy?: true;
  /** Whether those that go bad are of one tenant; else every webhook has a tenant of its own. */
  readonly isOneTenant?: true;
  /** So many findings more for those that go bad, all at once when they do. */
  readonly burst?: number;
  /** For how long `send` cannot reach a dependency, from the same moment on. */
  readonly downSeconds?: number;
  /** Of the page's row, if they are others than when receivers go bad. */
  readonly phases?: readonly Phase[];
  readonly seconds?: number;
}

interface Response {
  readonly millis: number;
  readonly isAccepted: boolean;
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

export const PER_SECOND = 200;
/** Ten minutes of what all publish. */
const BURST_SECONDS = 600;
const DOWN_SECONDS = 60;

/** What one tenant costs the others, not its receiver. */
export const TENANT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'one publishes at once what all publish in ten minutes',
    about:
      'In version 0.1.0 the findings queue had no message groups: what came after the burst waited until `dispatch` had read all of it. Now its group\nis the tenant, and fair queues put the busy one behind the others ([why](adr/0028-message-groups-by-tenant.md)).',
    badShare: 0.001,
    badFromSecond: ONSET_SECOND,
    bad: { millis: 100, isAccepted: true },
    isOneTenant: true,
    burst: BURST_SECONDS * PER_SECOND,
  },
  {
    name: 'one publishes at once, for 50 webhooks, what all publish in ten minutes',
    about:
      'Their receivers take 300 ms. Grouped by webhook in the delivery queue, each would have a fiftieth of what is in flight, and SQS would take none\nfor busy: the others would wait for tens of seconds.',
    badShare: 0.05,
    badFromSecond: ONSET_SECOND,
    bad: { millis: 300, isAccepted: true },
    isOneTenant: true,
    burst: BURST_SECONDS * PER_SECOND,
  },
  {
    name: 'a dependency is down for a minute and comes back',
    about:
      'What `send` returns comes back after 180 s in version 0.1.0, and now after 5 s, doubling to 180 s. What is published afterwards does not wait\nfor what comes back.',
    badShare: 0,
    badFromSecond: ONSET_SECOND,
    bad: LATE,
    downSeconds: DOWN_SECONDS,
    phases: [
      { name: 'undisturbed', from: 30, to: ONSET_SECOND },
      { name: 'while it is down', from: ONSET_SECOND, to: ONSET_SECOND + DOWN_SECONDS },
      { name: 'after that', from: ONSET_SECOND + DOWN_SECONDS, to: 310 },
    ],
    seconds: 310,
  },
  {
    name: 'one has 50 webhooks of the largest secrets, a fifth of the findings, and receivers that fail every other time',
    about:
      'As if the response of each of its attempts were an error of 64 KB, whose secrets are masked with the CPU of the batch.',
    badShare: 0.05,
    badLoad: 0.2,
    badFromSecond: ONSET_SECOND,
    bad: { millis: 100, isAccepted: false },
    isHeavy: true,
    isOneTenant: true,
  },
];

export const WEBHOOKS = 1_000;
export const SECONDS = 180;

/** What is always so: these shares fail at once, and are ten times slower than the others. */
export const FAILING_SHARE = 0.05;
export const TENFOLD_SHARE = 0.02;
export const TYPICAL_MILLIS = 100;

/** The first half minute has the cold start of the mappings. */
export const PHASES: readonly Phase[] = [
  { name: 'undisturbed', from: 30, to: ONSET_SECOND },
  { name: 'the first 5 s', from: ONSET_SECOND, to: ONSET_SECOND + 5 },
  { name: 'the rest of the minute', from: ONSET_SECOND + 5, to: ONSET_SECOND + 60 },
  { name: 'after that', from: ONSET_SECOND + 60, to: SECONDS },
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

export function simulate(
  design: Design,
  scenario: Scenario,
  seed: number,
  load: Load = { ...LOAD, seconds: scenario.seconds ?? SECONDS },
): SimulatedResult {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const world = makeWorld(scenario, load.webhooks, random);
  const publishedAt: { readonly webhook: number; readonly atMillis: number }[] = [];
  const firstPostAt = new Map<number, number>();
  let [invocations, billedMillis, mostMoves] = [0, 0, 0];
  const hooks: ServiceHooks = {
    posted({ finding, moves }, at) {
      firstPostAt.set(finding, firstPostAt.get(finding) ?? at);
      mostMoves = Math.max(mostMoves, moves);
    },
    billed(millis) {
      invocations += 1;
      billedMillis += millis;
    },
  };
  const badFrom = scenario.badFromSecond * 1_000;
  const goodFrom = badFrom + 1_000 * (scenario.downSeconds ?? 0);
  const isDown = (now: number) => now >= badFrom && now < goodFrom;
  const service = new Service(clock, design, world.receivers, random, hooks, { isDown });
  const publish = (webhooks: readonly number[]) => {
    const first = publishedAt.length;
    service.publish(webhooks.map((webhook, index) => ({ ...world.named(webhook), finding: first + index })));
    for (const webhook of webhooks) {
      publishedAt.push({ webhook, atMillis: clock.now });
    }
  };
  const publishNext = () => {
    publish([world.draw()]);
    // Arrivals without memory: the time between two is exponential.
    clock.at(clock.now + (-Math.log(1 - random()) * 1_000) / load.perSecond, publishNext);
  };
  publishNext();
  if (scenario.burst !== undefined) {
    const burst = Array.from({ length: scenario.burst }, (_, index) => index % world.badOnes);
    clock.at(badFrom, () => publish(burst));
  }
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
      scenario.phases ?? PHASES,
      'undisturbed',
    ),
    waiting: publishedAt.length - firstPostAt.size,
    dollars: dollars / millionths,
    mostMoves,
  };
}

interface World {
  readonly badOnes: number;
  readonly named: (webhook: number) => { readonly webhook: number; readonly tenant: number };
  readonly receivers: readonly Receiver[];
  readonly isHealthy: (webhook: number) => boolean;
  /** Whose the next finding is. */
  readonly draw: () => number;
}

/** The first webhooks are those that go bad; of the others some are always failing or slow. */
function makeWorld(
  { badShare, badLoad = badShare, badFromSecond, bad, isHeavy, isOneTenant }: Scenario,
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
  const goingBad: Receiver['respond'] = (now) =>
    now < badFromSecond * 1_000 || (isHeavy && random() < 0.5) ? typical() : bad;
  const receivers = kinds.map(
    (kind, webhook): Receiver =>
      webhook < badOnes
        ? { respond: goingBad, ...(isHeavy && { isHeavy: (now) => now >= badFromSecond * 1_000 }) }
        : { respond: ordinary[kind] },
  );
  return {
    badOnes,
    named: (webhook) => ({ webhook, tenant: isOneTenant && webhook < badOnes ? 0 : webhook }),
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
