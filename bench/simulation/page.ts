/** The page that says what each kind of bad receiver costs the others, of the simulation's results. */
import { PRODUCTION_REQUESTS_PER_MINUTE, PRODUCTION_THROTTLING } from '../../shared/topology/api-limits.ts';
import { PRODUCTION_CONCURRENCY } from '../../shared/topology/mappings.ts';
import type { Phase, PhaseResult } from '../phases.ts';
import { OTHERS_PER_SECOND, refusedBeside, type Throttling } from './api-polling.ts';
import {
  FAILING_SHARE,
  PER_SECOND,
  PHASES,
  SCENARIOS,
  type Scenario,
  SECONDS,
  type SimulatedResult,
  simulate,
  TENANT_SCENARIOS,
  TENFOLD_SHARE,
  TYPICAL_MILLIS,
  WEBHOOKS,
} from './scenarios.ts';
import { DEPLOYED, DESIGNS, INVOCATIONS_PER_POLLER, POLLERS } from './service.ts';

/** What the first seconds may cost, and what may be left of it then. */
const ONSET_MILLIS = 1_000;
const UNDISTURBED_TIMES = 1.5;

const THROTTLINGS = { before: { ratePerSecond: 50, burst: 100 }, now: PRODUCTION_THROTTLING };

const SEED = 20261130;

export function fairnessPage(): string {
  const worlds = [...SCENARIOS, ...TENANT_SCENARIOS].map((scenario) => [scenario, resultsOf(scenario)] as const);
  const sections = worlds.map(([scenario, results]) => {
    const rows = results.map(([name, result]) => row(name, result));
    const about = scenario.about === undefined ? [] : [scenario.about, ''];
    return [`## ${capitalised(scenario.name)}`, '', ...about, ...head(scenario.phases ?? PHASES), ...rows, ''].join(
      '\n',
    );
  });
  const ofReceivers = worlds.slice(0, SCENARIOS.length).flatMap(([, results]) => results);
  return [intro(), onset(ofReceivers), ...sections, ofTheApi()].join('\n');
}

type Results = readonly (readonly [design: string, result: SimulatedResult])[];

function resultsOf(scenario: Scenario): Results {
  return Object.entries(DESIGNS).map(([name, design]) => [name, simulate(design, scenario, SEED)] as const);
}

function head(phases: readonly Phase[]): readonly string[] {
  return [
    `| queues | ${phases.map(({ name }) => name).join(' | ')} | not begun at the end | Lambda, $ |`,
    `|---|${phases.map(() => '---|').join('')}---|---|`,
  ];
}

function intro(): string {
  return `# Fairness

What each kind of bad receiver, and each kind of busy tenant, costs the others. Written by \`npm run docs\` from a simulation (\`bench/simulation/\`): \`dispatch\`, SQS with fair
queues, Lambda's mappings and \`send\` on a simulated clock. \`npm run bench -- fairness\` measures the local system with real receivers.

The world has ${withCommas(WEBHOOKS)} webhooks and ${PER_SECOND} findings a second for ${SECONDS / 60} minutes. Half of the responses take less
than ${TYPICAL_MILLIS} ms. At all times ${FAILING_SHARE * 100} % of the receivers fail and ${TENFOLD_SHARE * 100} % are ten times slower. After one minute some receivers or a tenant go bad, as the
headings say. A cell is p50, p95 and p99, in seconds, from a finding's publication to the beginning of its first POST, for healthy
webhooks alone. A finding that has not begun counts with the time that it has waited so far. The last columns count first attempts of
all webhooks that had not begun when the last finding was published, and Lambda's price of \`send\` for a million findings, without what pollers cost that are kept ready.

| queues | a webhook's first attempts go to the retry queue | message groups | invocations of the delivery queue at once |
|---|---|---|---|
| by failures | after five failures in a row; what is queued keeps its queue. Version 0.1.0 | none in the findings queue, else by webhook | up to 50, five more a second |
| by behaviour | also once an attempt has lasted a second; what is queued is sent on, once | by tenant | up to ${PRODUCTION_CONCURRENCY.delivery}, five more a second |
| provisioned pollers | the same | by tenant | ${POLLERS * INVOCATIONS_PER_POLLER}, ready from the start: ${POLLERS} pollers |

The service now has its queues ${DEPLOYED}. Provisioned pollers are a choice of the stage
([\`pollers\`](../infra/stages.ts)), off by default.
`;
}

/** The promise that a fifth of receivers which go bad at once cost the others less than a second. */
function onset(results: Results): string {
  const met = (design: string) => results.filter(([name]) => name === design).every(([, { phases }]) => isMet(phases));
  const verdict = (design: string) => (met(design) ? 'is met' : 'is not met');
  return `## The first seconds

That healthy webhooks have a p95 below ${ONSET_MILLIS / 1_000} s in the first 5 s after receivers go bad, and of at most ${UNDISTURBED_TIMES} times the undisturbed
one from then on, ${verdict('by behaviour')} by the default in the simulation, and ${verdict('by behaviour, provisioned pollers')} with provisioned pollers. Each slow webhook has to be
seen once, and holds an invocation until its deadline: 200 of them are more than ${PRODUCTION_CONCURRENCY.delivery} invocations. More concurrency alone grows too slowly, and
a smaller batch needs more invocations for the same findings. What else was tried: [ADR 17](adr/0017-queues-by-behaviour.md).
`;
}

function isMet([undisturbed, first, ...later]: readonly PhaseResult[]): boolean {
  const bound = UNDISTURBED_TIMES * (undisturbed?.p95 ?? 0);
  return (first?.p95 ?? Infinity) < ONSET_MILLIS && later.every(({ p95 }) => p95 <= bound);
}

function ofTheApi(): string {
  const rows = [10, 50, 200, 1_000].map((polls) => {
    const shares = Object.values(THROTTLINGS).map((throttling) => refusedBeside(polls, throttling, SEED));
    return `| ${withCommas(polls)} | ${shares.map((share) => `${(100 * share).toFixed(0)} %`).join(' | ')} |`;
  });
  return `## One tenant polls the API

The others together make ${OTHERS_PER_SECOND} requests a second. What share of theirs API Gateway refuses with 429. Now a tenant beyond its own
${PRODUCTION_REQUESTS_PER_MINUTE} a minute is refused by \`api\`, which costs the others nothing ([why](adr/0026-a-tenant-has-a-budget-of-requests.md)), and the gateway's bound, which
all share, is far above that.

| polls a second | 0.1.0: ${bound(THROTTLINGS.before)} | now: ${bound(THROTTLINGS.now)} |
|---|---|---|
${rows.join('\n')}
`;
}

function bound({ ratePerSecond, burst }: Throttling): string {
  return `${ratePerSecond} a second, ${withCommas(burst)} at once, for all`;
}

function row(name: string, { phases, waiting, dollars }: SimulatedResult): string {
  return `| ${name} | ${phases.map(cell).join(' | ')} | ${withCommas(waiting)} | ${dollars.toFixed(2)} |`;
}

function cell({ p50, p95, p99 }: PhaseResult): string {
  return [p50, p95, p99].map((millis) => (millis / 1_000).toFixed(2)).join(' / ');
}

function withCommas(count: number): string {
  return count.toLocaleString('en-US');
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
