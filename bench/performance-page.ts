/** `docs/performance.md`: what a run of `npm run bench` found. Pure. */
import type { BenchResults, LatencyResult, MemoryResult, ThroughputResults } from './results.ts';
import { MOST_MEMORY_TIMES_BARE, MOST_TIMES_BARE, MOST_TIMES_IDLE } from './send/ceilings.ts';
import type { Spread } from './send/ratios.ts';
import type { SendResults } from './send/results.ts';

const KIB = 1024;
const PARTS_SHOWN = 5;

export function performancePage(results: BenchResults): string {
  const { takenAt, machine, against, send, latency, memory, throughput } = results;
  const { processors, processor, memoryGib, node, load } = machine;
  const sections = [
    send && sendSection(send),
    latency && latencySection(latency),
    memory && memorySection(memory),
    throughput && throughputSection(throughput),
    COST,
    notMeasured(results),
    against === undefined ? undefined : againstSection(results),
  ];
  return `# What a delivery costs

Written by \`npm run bench -- --page\`; do not edit. Taken on ${takenAt.slice(0, 10)} on ${processors} × ${processor}, ${memoryGib} GiB, Node ${node},
with a load of ${load} from elsewhere. Each figure is the median of some rounds, with the least and the most. Read the ratios: milliseconds and
deliveries a second belong to this machine.

${sections.filter((one) => one !== undefined).join('\n')}`;
}

function sendSection(results: SendResults): string {
  const { rounds, scenarios } = results;
  return `## CPU time

CPU time of the process that delivers, all its threads included, in ${rounds} rounds of so many deliveries by each way, in turns. *bare* is a POST of the finding by undici and nothing else; *send* is the bundle that is deployed, from message to record, guard and two
signatures included; *obvious* gets the webhook, claims, POSTs with one signature and puts the outcome, for each delivery by itself. A batch begins
when the one before has ended, or at a pace: then the process waits in between, and what it does while it waits is counted, too.

| batches of | hosts | a second | deliveries | bare, ms | send, ms | obvious, ms | send ÷ bare | obvious ÷ bare |
|---|---|---|---|---|---|---|---|---|
${scenarioRows(scenarios)}

\`npm run proof\` fails above ${MOST_TIMES_BARE[10]} × bare in batches of ten and ${MOST_TIMES_BARE[1]} × in batches of one.

## Bundles

Load time is CPU time until the handler could be called, beyond that of an empty handler. What is left out of the bundles, what was
tried without profit, and what a thin signed client would save: [ADR 0030](adr/0030-bundles-have-stand-ins.md).

| function | KiB | load, ms | biggest parts, KiB |
|---|---|---|---|
${bundleRows(results)}
`;
}

function latencySection(results: readonly LatencyResult[]): string {
  const rows = results.map(({ perSecond, millis: { here } }) => {
    const cells =
      here === undefined ? ['–', '–', '–'] : [here.p50, here.p95, here.p99].map((spread) => shown(spread, 0));
    return `| ${[perSecond, ...cells].join(' | ')} |`;
  });
  return `## From the bus to the receiver

From the moment at which a finding was due on the bus to the arrival of its POST, on the local system: bus, queues, both functions and a
receiver over verified TLS share the machine. Ten tenants, a webhook each; ${results[0]?.rounds ?? 0} rounds, each in a system of its own that has warmed up.

| findings a second | p50, ms | p95, ms | p99, ms |
|---|---|---|---|
${rows.join('\n')}
`;
}

function memorySection(results: readonly MemoryResult[]): string {
  const rows = results.map(({ process, under, idleMib, peakMib, timesIdle, heapTimesIdle, timesBare }) => {
    const ratios = [shown(timesIdle, 2), shown(heapTimesIdle, 1), process === 'bare' ? '1' : shown(timesBare, 2)];
    return `| ${[process, under, shown(idleMib, 0), shown(peakMib, 0), ...ratios].join(' | ')} |`;
  });
  return `## Memory

Resident memory of a fresh process, in batches of ten, with the heap of a function of 512 MB: idle once its code is loaded, and at most
while it works. The bare POST meets the same receivers; \`dispatch\` is compared with the one at quick receivers. Its tenant has more
webhooks than the API allows, seeded straight into the table.

| process | under | idle, MiB | at most, MiB | ÷ idle | heap ÷ idle heap | ÷ bare |
|---|---|---|---|---|---|---|
${rows.join('\n')}

\`npm run proof\` fails above ${MOST_TIMES_IDLE.send} × idle for \`send\` and ${MOST_TIMES_IDLE.dispatch} × for \`dispatch\`, and above ${MOST_MEMORY_TIMES_BARE} × bare for both.
`;
}

function throughputSection({ together, apart, timesTogether }: ThroughputResults): string {
  const row = (name: string, { perSecond, supervisorMillis }: ThroughputResults['apart']) =>
    `| ${name} | ${shown(perSecond, 0)} | ${shown(supervisorMillis, 2)} |`;
  return `## Throughput of the local system

What one machine delivers flat out, engines of AWS and receiver included; of AWS it says nothing.

| AWS's parts | deliveries a second | ms of the supervisor's thread for each |
|---|---|---|
${row('in one thread', together)}
${row('in threads of their own, as `npm start` has them', apart)}

The second is ${shown(timesTogether, 2)} × the first.
`;
}

const COST = `## Calls and dollars

What AWS bills by rate and share of failures is counted, not measured: [\`cost.md\`](cost.md).
`;

/** What this run left out, and what no run measures. */
function notMeasured(results: BenchResults): string {
  const left = (['send', 'latency', 'memory', 'throughput'] as const).filter((name) => results[name] === undefined);
  const leftOut = left.length === 0 ? '' : `- ${left.map((name) => `\`${name}\``).join(', ')}: left out of this run.\n`;
  return `## What was not measured

${leftOut}- No hop to AWS: DynamoDB and SQS are engines on this machine, reached over plain HTTP. In AWS each call also has TLS, which costs CPU time, and
  a network, which costs time. EventBridge, SQS and the pollers of Lambda take their own time there, and its mappings start more copies of a function.
- No cold start of Lambda: only the part that loads our code, on a whole processor instead of a share of one.
- CPU time without failures, retries or turns: every receiver accepts at once, every webhook is signed and healthy.
- Hosts are ports of one name, so many hosts are many connections, and one lookup.
- Peaks of the heap between two looks, 5 ms apart. Resident memory misses none on Linux.
`;
}

function scenarioRows(scenarios: SendResults['scenarios']): string {
  return scenarios
    .map(({ batchSize, hosts, perSecond, deliveries, millis: { bare, send, obvious }, timesBare }) => {
      const cells = [
        shown(bare, 2),
        shown(send, 2),
        shown(obvious, 2),
        shown(timesBare.send, 1),
        shown(timesBare.obvious, 1),
      ];
      return `| ${[batchSize, hosts, perSecond ?? '–', deliveries, ...cells].join(' | ')} |`;
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

function againstSection({ against, send, latency, throughput }: BenchResults): string {
  const scenarios = (send?.scenarios ?? []).map(
    ({ batchSize, hosts, perSecond, timesAgainst }) =>
      `| CPU of a delivery, batches of ${batchSize}, hosts: ${hosts}${perSecond ? `, ${perSecond} a second` : ''} | ${shown(timesAgainst, 2)} |`,
  );
  const sizes = (send?.bundles ?? []).flatMap(({ name, against: other }) =>
    other === undefined || name === 'empty'
      ? []
      : [`| size of ${name} | ${other.timesBytes.toFixed(2)} |`, `| load of ${name} | ${shown(other.timesLoad, 2)} |`],
  );
  const latencies = (latency ?? []).map(
    ({ perSecond, timesAgainst }) => `| p95 from the bus at ${perSecond} a second | ${shown(timesAgainst, 2)} |`,
  );
  const throughputs = throughput?.against
    ? [`| deliveries a second of the local system: more is better | ${shown(throughput.against.timesAgainst, 2)} |`]
    : [];
  return `## Beside ${against}

Measured in the same rounds, both local systems started as a person starts them. Where the least and the most lie on both sides of 1, the run
shows no difference.

| what | × ${against} |
|---|---|
${[...scenarios, ...sizes, ...latencies, ...throughputs].join('\n')}
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
