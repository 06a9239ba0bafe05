/** The page that says what each kind of bad receiver costs the others, of the simulation's results. */
import type { PhaseResult } from '../phases.ts';
import {
  FAILING_SHARE,
  PER_SECOND,
  PHASES,
  SCENARIOS,
  SECONDS,
  type SimulatedResult,
  simulate,
  TENFOLD_SHARE,
  TYPICAL_MILLIS,
  WEBHOOKS,
} from './scenarios.ts';
import { DEPLOYED, DESIGNS } from './service.ts';

const SEED = 20261130;

export function fairnessPage(): string {
  const sections = SCENARIOS.map((scenario) => {
    const rows = Object.entries(DESIGNS).map(([name, design]) => row(name, simulate(design, scenario, SEED)));
    return [`## ${capitalised(scenario.name)}`, '', ...HEAD, ...rows, ''].join('\n');
  });
  return [intro(), ...sections].join('\n');
}

const HEAD = [
  `| queues | ${PHASES.map(({ name }) => name).join(' | ')} | not begun at the end | Lambda, $ |`,
  `|---|${PHASES.map(() => '---|').join('')}---|---|`,
];

function intro(): string {
  return `# Fairness

What each kind of bad receiver costs the others. Written by \`npm run docs\` from a simulation (\`bench/simulation/\`): SQS with fair
queues, Lambda's mappings and \`send\` on a simulated clock. \`npm run bench -- fairness\` measures the local system with real receivers.

The world has ${withCommas(WEBHOOKS)} webhooks and ${PER_SECOND} findings a second for ${SECONDS / 60} minutes. Half of the responses take less
than ${TYPICAL_MILLIS} ms. At all times ${FAILING_SHARE * 100} % of the receivers fail and ${TENFOLD_SHARE * 100} % are ten times slower. After one minute some receivers go bad, as the
headings say. A cell is p50, p95 and p99, in seconds, from a finding's publication to the beginning of its first POST, for healthy
webhooks alone. A finding that has not begun counts with the time that it has waited so far. The last columns count first attempts of
all webhooks that had not begun when the last finding was published, and Lambda's price of \`send\` for a million findings.

| queues | a webhook's first attempts go to the retry queue |
|---|---|
| by failures | after five failures in a row; what is queued keeps its queue |
| by behaviour | also once an attempt has lasted a second; what is queued is sent on, once |
| provisioned pollers | the same, with all of the mapping's concurrency there from the start; by default it grows by five a second |

The service now has its queues ${DEPLOYED}.
`;
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
