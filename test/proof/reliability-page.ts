/** The page `docs/reliability.md`, made of what a run of `npm run proof` measured. */

import type { runSeeds } from '../simulation/seeded/run-seeds.ts';
import { hostileReceiversSection, type MetReceiver } from './hostile-section.ts';
import type { KillTestStats } from './kill-test.ts';
import type { RefusedAddresses } from './refuse-addresses.ts';
import type { RemovedGuard } from './remove-guards.ts';

export interface ExploredScenario {
  readonly name: string;
  readonly states: number;
  readonly endings: number;
  readonly mostPosts: number;
}

export interface Proof {
  readonly explored: readonly ExploredScenario[];
  /** With two revisions of a finding. */
  readonly revisions: readonly ExploredScenario[];
  readonly seeded: Awaited<ReturnType<typeof runSeeds>>;
  readonly addresses: RefusedAddresses;
  readonly receivers: readonly MetReceiver[];
  readonly guards: readonly RemovedGuard[];
  readonly killed: KillTestStats;
}

export function reliabilityPage(proof: Proof): string {
  const { explored, revisions, seeded, addresses, receivers, guards, killed } = proof;
  const states = [...explored, ...revisions].reduce((sum, { states: count }) => sum + count, 0);
  return `# Reliability

Written by \`npm run proof\`, which fails if any of it does not hold. Numbers are of its last run.

| what | how much |
|---|---|
| distinct states explored, in which nothing was lost | ${number(states)} |
| seeded histories, deliveries in them, POSTs | ${number(seeded.seeds)}, ${number(seeded.deliveries)}, ${number(seeded.posts)} |
| faults and crashes injected in them | ${number(total(seeded.faults))} |
| URLs that must not be reached, tried twice each through the real client | ${number(addresses.urls)}, ${addresses.sockets} sockets opened |
| kinds of hostile receivers, sockets left by them | ${receivers.length}, ${receivers.reduce((sum, { left }) => sum + left, 0)} |
| guards whose removal turns a named test red | ${guards.filter(({ red }) => red !== undefined).length} of ${guards.length} |
| findings under fire, deliveries | ${number(killed.findings)}, ${number(killed.deliveries)} |
| times that \`send\` was killed in the middle (SIGKILL) | ${killed.kills} |
| POSTs received, of them duplicates | ${number(killed.posts)}, ${number(killed.duplicates)} |
| delivered, failed with a redrive message | ${number(killed.delivered)}, ${number(killed.failed)} |
| **lost** | **${killed.lost}** |

## Every interleaving

The real \`send\` handler runs as an automaton: two workers on one delivery, every order of their effects, a crash before and
after each, every response of the receiver, and within a budget duplicate receives, faults and lost responses of AWS, people and
the reconciler (\`test/simulation/\`). In every state: no more POSTs than attempts allowed + crashes + faults + duplicates + a retry cycle per
re-opening; no attempt recorded twice or out of order. At every end: delivered, failed with a redrive message or for good, held or
cancelled; or pending with the reconciler due.

${interleavings(explored)}

Two revisions of one finding, a detection and what follows it, at a webhook that chose both. In every state besides: the receiver has got no older
revision after a newer one; none is superseded unless a later one was begun, and no resolution is kept from a receiver that got the
detection. At every end the newer one is not superseded.

${interleavings(revisions)}

## Seeded histories

Several tenants and webhooks on a virtual clock, ${number(seeded.virtualHours)} hours of it in all: the real \`api\`, \`dispatch\`, \`send\` and \`reconcile\`, queues that
delay, repeat and reorder, tables that throttle and lose answers, dependencies down for an hour, clocks that are wrong by seconds, receivers that fail, hang, flap
and disappear, people who pause, rotate secrets and keys, choose events, versions and templates, raise thresholds, delete and retry in the middle. After each history everything accepted has ended, and
nothing but what was malformed on purpose is dead-lettered.

Findings are updated, resolved and opened again, late, twice and out of order. At webhooks that chose it: no revision is sent after a later one, nor two at
once; a resolution is sent to each that got the finding, whatever its threshold says by then; what is superseded is counted; nothing is sent that was not
chosen. Of the service's own events come notices through other webhooks: none is lost once its mark is written, and no webhook is said to fail twice an hour.

In every other history some webhooks collect findings in digests, turned on and off in the middle, with a first sync. Each finding is in one digest that is on
record as delivered, or goes alone, and its row ends as its digest does; a digest that is sent again has the findings that its row names, never more than
before; no critical finding waits for one that is not of a first sync; each end is counted once.

| fault | times | | protocol line | times |
|---|---|---|---|---|
${sideBySide(Object.entries(seeded.faults), Object.entries(seeded.tableLines))}

| of the events of findings, and of notices | times |
|---|---|
${Object.entries(seeded.happenings)
  .filter(([name]) => /^(event|revision|notice): /.test(name))
  .map(([name, times]) => `| ${name} | ${number(times)} |`)
  .join('\n')}

${hostileReceiversSection(receivers)}
## Guards

Each is taken out of a copy of the project; the test named goes red.

| guard | first test that goes red |
|---|---|
${guards.map(({ name, red }) => `| ${name} | ${cell(red ?? 'none')} |`).join('\n')}

## What this does not show

The exploration knows one finding and one webhook at a time and lets no worker outlive its function's timeout. The kill test runs on embedded
engines, not on AWS. Receivers that accept a request and then reset a kept-alive connection get it once more in the same
attempt: to the sender this looks like a connection that had died unnoticed.
`;
}

function interleavings(explored: readonly ExploredScenario[]): string {
  const rows = explored.map(
    ({ name, states, endings, mostPosts }) => `| ${name} | ${number(states)} | ${endings} | ${mostPosts} |`,
  );
  return ['| what may happen | distinct states | ends | POSTs at most |', '|---|---|---|---|', ...rows].join('\n');
}

type Counted = readonly [name: string, times: number];

function sideBySide(left: readonly Counted[], right: readonly Counted[]): string {
  const cells = (counted: Counted | undefined) => (counted ? `${cell(counted[0])} | ${number(counted[1])}` : ' | ');
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => index);
  return rows.map((index) => `| ${cells(left[index])} | | ${cells(right[index])} |`).join('\n');
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, times) => sum + times, 0);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** A table's cell: a bar would end it. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
