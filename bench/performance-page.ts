/** `docs/performance.md`: what a run of `npm run bench -- send` found. Pure. */
import { MOST_TIMES_BARE } from './send/ceilings.ts';
import type { Spread } from './send/ratios.ts';
import type { SendResults } from './send/results.ts';

const KIB = 1024;
const PARTS_SHOWN = 5;

export function performancePage(results: SendResults): string {
  const { takenAt, rounds, deliveriesPerRound, machine } = results;
  const { processors, processor, memoryGib, node, load } = machine;
  return `# What a delivery costs

Written by \`npm run bench -- send --page\`; do not edit. Taken on ${takenAt.slice(0, 10)} on ${processors} × ${processor}, ${memoryGib} GiB, Node ${node},
with a load of ${load} from elsewhere. Each figure is the median of ${rounds} rounds, with the least and the most; a round of ${deliveriesPerRound} deliveries
takes all ways in turns. Read the ratios: the milliseconds belong to this machine.

## CPU time

CPU time of the process that delivers, all its threads included. *bare* is a POST of the finding by undici and nothing else; *send* is the
bundle that is deployed, from message to record, guard and two signatures included; *obvious* gets the webhook, claims, POSTs with one
signature and puts the outcome, for each delivery by itself.

| batches of | hosts | bare, ms | send, ms | obvious, ms | send ÷ bare | obvious ÷ bare |
|---|---|---|---|---|---|---|
${scenarioRows(results)}

\`npm run proof\` fails above ${MOST_TIMES_BARE[10]} × bare in batches of ten and ${MOST_TIMES_BARE[1]} × in batches of one.

## Bundles

Load time is CPU time until the handler could be called, beyond that of an empty handler. What is left out of the bundles, what was
tried without profit, and what a thin signed client would save: [ADR 0030](adr/0030-bundles-have-stand-ins.md).

| function | KiB | load, ms | biggest parts, KiB |
|---|---|---|---|
${bundleRows(results)}

## What was not measured

- No hop to AWS: DynamoDB is an engine on this machine, reached over plain HTTP. In AWS each call also has TLS, which costs CPU time, and a
  network, which costs time.
- No cold start of Lambda: only the part that loads our code, on a whole processor instead of a share of one.
- No failures, no retries, no turns: every receiver accepts at once, every webhook is signed and healthy.
- Hosts are ports of one name, so many hosts are many connections, and one lookup.
${againstSection(results)}`;
}

function scenarioRows({ scenarios }: SendResults): string {
  return scenarios
    .map(({ batchSize, hosts, millis: { bare, send, obvious }, timesBare }) => {
      const cells = [
        shown(bare, 2),
        shown(send, 2),
        shown(obvious, 2),
        shown(timesBare.send, 1),
        shown(timesBare.obvious, 1),
      ];
      return `| ${[batchSize, hosts, ...cells].join(' | ')} |`;
    })
    .join('\n');
}

function bundleRows({ bundles }: SendResults): string {
  return bundles
    .map(({ name, bytes, parts, loadMillis }) => {
      const largest = parts.slice(0, PARTS_SHOWN).map((part) => `\`${part.name}\` ${kib(part.bytes)}`);
      return `| ${name} | ${kib(bytes)} | ${shown(loadMillis, 0)} | ${name === 'empty' ? '–' : largest.join(', ')} |`;
    })
    .join('\n');
}

function againstSection({ against, scenarios, bundles }: SendResults): string {
  if (against === undefined) {
    return '';
  }
  const ratios = scenarios.map(
    ({ batchSize, hosts, timesAgainst }) =>
      `| CPU of a delivery, batches of ${batchSize}, hosts: ${hosts} | ${shown(timesAgainst, 2)} |`,
  );
  const sizes = bundles.flatMap(({ name, against: other }) =>
    other === undefined || name === 'empty'
      ? []
      : [`| size of ${name} | ${other.timesBytes.toFixed(2)} |`, `| load of ${name} | ${shown(other.timesLoad, 2)} |`],
  );
  return `
## Beside ${against}

Measured in the same rounds. Where the least and the most lie on both sides of 1, the run shows no difference.

| what | × ${against} |
|---|---|
${[...ratios, ...sizes].join('\n')}
`;
}

function kib(bytes: number): string {
  return (bytes / KIB).toFixed(bytes < KIB ? 1 : 0);
}

/** A dash for what was not measured. */
function shown(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) {
    return '–';
  }
  const { median, least, most } = spread;
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
