/** The page of what the service costs: `docs/cost.md`, of counted calls. */
import { type BatchSize, type BilledUsage, DELIVERED, DELIVERED_BY_0_1_0, MANIFEST } from '../cost/counted-usage.ts';
import {
  ASSUMED,
  callsPerMillion,
  FIXED,
  findingsPerMonth,
  type Load,
  linesOf,
  secretsOf,
  total,
  tracingOf,
  usageOf,
  WATCHED,
} from '../cost/monthly-bill.ts';
import { MANIFEST_COST, MANIFEST_INDEX_UNITS, PAGE_MILLIS, PULL_COST } from '../cost/pull-cost.ts';

/** Batches fill only where messages come faster than Lambda takes them. */
const RATES: readonly { readonly findingsPerSecond: number; readonly batchSize: BatchSize }[] = [
  { findingsPerSecond: 0.4, batchSize: 1 },
  { findingsPerSecond: 4, batchSize: 1 },
  { findingsPerSecond: 40, batchSize: 1 },
  { findingsPerSecond: 400, batchSize: 10 },
];
const FAILING = [0, 0.05, 0.5];
const TENANTS = [1, 100, 10_000];
const SECRETS = [1, 5];

export function costPage(): string {
  return `# What it costs

<!-- Written by npm run docs from scripts/cost/. The calls of SQS and DynamoDB are counted by test/functions/send/cost.test.ts. -->

us-east-1, list prices of November 2026, free tiers left out. Each finding matches one webhook. Requests of SQS and units of DynamoDB are
counted on the real adapters, with those that EventBridge and Lambda make; the rest is assumed: ${ASSUMED.sendMillis} ms for a batch of \`send\`,
${ASSUMED.dispatchMillis} ms for one of \`dispatch\`, at ${ASSUMED.memoryGb} GB; rows of ${ASSUMED.rowBytes} bytes, ${ASSUMED.failedRowBytes} of a failed delivery; ${ASSUMED.logBytesPerAttempt} bytes of log for
each attempt. Batches of 1 up to 40 findings a second, of 10 at 400: the first is the dearest case, the second needs that rate.

## By rate and success

What grows with findings: dollars per million findings, and per month. *Failing* deliveries fail all four attempts. What is fixed, and secrets, come on top.

| findings a second | a month, million | ${FAILING.map(failingWords).join(' | ')} |
|---|---|${FAILING.map(() => '---|---').join('|')}|
${RATES.map(rateRow).join('\n')}

## What is counted

Requests of SQS and units of DynamoDB for each finding, from the bus to the record of its outcome: millions of them for a million findings.

| per finding | requests of SQS | of these with a group | DynamoDB, read units | write units |
|---|---|---|---|---|
${([1, 10] as const).flatMap((batchSize) => FAILING.map((failing) => usageRow(batchSize, failing))).join('\n')}

## Line by line

Dollars per million findings, all delivered at the first attempt, and with 50 % failing.

| line | ${RATES.map(({ findingsPerSecond }) => `${findingsPerSecond}/s | ${findingsPerSecond}/s, 50 % failing`).join(' | ')} |
|---|${RATES.map(() => '---|---').join('|')}|
${Object.keys(linesOf(loadsOf(0)[0] as Load))
  .map(lineRow)
  .join('\n')}
| **together** | ${columns((load) => total(linesOf(load)))} |
| with \`tracing: true\`, more | ${columns(tracingOf)} |

## Against version 0.1.0

A first attempt that is delivered, to a webhook without a pace, takes the calls that it took at commit 6493d20, counted there in the same way. Each finding has
a message group more, $0.10 a million ([why](adr/0028-message-groups-by-tenant.md)). What waits, is slow or is refused costs what [\`deploying.md\`](deploying.md#what-it-costs) says.

| per finding | requests of SQS | of these with a group | DynamoDB, read units | write units | $ per million |
|---|---|---|---|---|---|
${([1, 10] as const).map(comparedRows).join('\n')}

## A batching window

\`batchingWindowSeconds\` of 5 fills batches of ten from about 2 findings a second on: the price per million is then that of 400 a second,
and each of the two waits may take 5 seconds. At 0.4 a second a batch has two or three. By default there is no window: a finding leaves at once.

| 4 findings a second | $ per million | $ a month |
|---|---|---|
| no window, batches of 1 | ${perMillion({ findingsPerSecond: 4, failing: 0, batchSize: 1 })} | ${perMonth({ findingsPerSecond: 4, failing: 0, batchSize: 1 })} |
| 5 seconds, batches of 10 | ${perMillion({ findingsPerSecond: 4, failing: 0, batchSize: 10 })} | ${perMonth({ findingsPerSecond: 4, failing: 0, batchSize: 10 })} |

## Events that a receiver reads

Only for webhooks with \`pull\` ([why](adr/0037-what-is-due-is-listed-before-it-is-queued.md)): a call of DynamoDB for every 25 events of a batch, and a write unit for
each of ${ASSUMED.rowBytes} bytes. Nothing for other webhooks. With \`only\`, delivery queue, \`send\` and the log's row fall away instead. A page takes ${PAGE_MILLIS} ms of \`api\`, assumed.

| part | $ per million events |
|---|---|
${Object.entries(PULL_COST)
  .map(([part, dollars]) => `| ${part} | ${dollars.toFixed(2)} |`)
  .join('\n')}

A manifest that is sent each hour (\`pull.manifests\`, [why](adr/0044-a-manifest-is-a-delivery.md)) takes ${MANIFEST.dynamoReadUnits} read units, ${MANIFEST.dynamoWriteUnits} write units and ${MANIFEST.sqsRequests} requests of SQS, its delivery
included; the index of what is due takes ${MANIFEST_INDEX_UNITS} write units more, assumed. While no webhook wants manifests, the reconciler makes no call more.

| manifests of one webhook | $ a month |
|---|---|
${Object.entries(MANIFEST_COST)
  .map(([part, dollars]) => `| ${part} | ${dollars.toFixed(3)} |`)
  .join('\n')}

## Fixed, a month

${WATCHED.alarmMetrics} metrics of alarms and ${WATCHED.customMetrics} custom ones, as \`production\` has them with every metric in use.

| line | $ |
|---|---|
${Object.entries(FIXED)
  .map(([line, dollars]) => `| ${line} | ${dollars.toFixed(2)} |`)
  .join('\n')}
| **together** | **${total(FIXED).toFixed(2)}** |

Not in it: \`staticEgress\`, CloudFront and Cognito beyond what is free, what the configuration API is asked ($1 a million requests and its calls), and
the saved queries, which cost what they read.

## Secrets, a month

$0.40 for each webhook that has one, and nothing for reading: a value is cached for as long as a function's instance lives.

| tenants | ${SECRETS.map((count) => `${count} secret${count > 1 ? 's' : ''} each, $`).join(' | ')} |
|---|${SECRETS.map(() => '---').join('|')}|
${TENANTS.map((tenants) => `| ${thousands(tenants)} | ${SECRETS.map((count) => thousands(secretsOf(tenants, count))).join(' | ')} |`).join('\n')}
`;
}

function usageRow(batchSize: BatchSize, failing: number): string {
  const { sqsRequests, sqsGroupRequests, dynamoReadUnits, dynamoWriteUnits } = usageOf({ batchSize, failing });
  const cells = [sqsRequests, sqsGroupRequests, dynamoReadUnits, dynamoWriteUnits].map((value) => value.toFixed(2));
  return `| batches of ${batchSize}, ${shareWords(failing)} | ${cells.join(' | ')} |`;
}

function comparedRows(size: BatchSize): string {
  const row = (version: string, usage: BilledUsage) => {
    const { sqsRequests, sqsGroupRequests, dynamoReadUnits, dynamoWriteUnits } = usage;
    const { SQS, DynamoDB } = callsPerMillion(usage);
    const cells = [sqsRequests, sqsGroupRequests, dynamoReadUnits, dynamoWriteUnits, (SQS + DynamoDB).toFixed(2)];
    return `| batches of ${size}, ${version} | ${cells.join(' | ')} |`;
  };
  return [row('0.1.0', DELIVERED_BY_0_1_0[size]), row('now', DELIVERED[size])].join('\n');
}

function failingWords(failing: number): string {
  return `${shareWords(failing)}: $ per million | $ a month`;
}

function shareWords(failing: number): string {
  return failing === 0 ? 'all delivered' : `${100 * failing} % failing`;
}

function rateRow(rate: (typeof RATES)[number]): string {
  const cells = FAILING.map((failing) => `${perMillion({ ...rate, failing })} | ${perMonth({ ...rate, failing })}`);
  return `| ${rate.findingsPerSecond} | ${(findingsPerMonth(rate) / 1e6).toFixed(1)} | ${cells.join(' | ')} |`;
}

function lineRow(line: string): string {
  return `| ${line} | ${columns((load) => linesOf(load)[line] ?? 0)} |`;
}

function loadsOf(...failing: readonly number[]): readonly Load[] {
  return RATES.flatMap((rate) => failing.map((share) => ({ ...rate, failing: share })));
}

function columns(monthly: (load: Load) => number): string {
  return loadsOf(0, 0.5)
    .map((load) => ((1e6 * monthly(load)) / findingsPerMonth(load)).toFixed(2))
    .join(' | ');
}

function perMillion(load: Load): string {
  return ((1e6 * total(linesOf(load))) / findingsPerMonth(load)).toFixed(2);
}

function perMonth(load: Load): string {
  return thousands(total(linesOf(load)));
}

function thousands(value: number): string {
  return value < 100 && !Number.isInteger(value) ? value.toFixed(2) : Math.round(value).toLocaleString('en-US');
}
