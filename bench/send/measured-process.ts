/**
 * One way to deliver, in a process of its own: all CPU time and memory that it uses, in whatever thread, is that of the
 * deliveries. Started by `measured-child.ts`; ends with its parent.
 */
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type { FromMeasured, Prepare, Run, Way } from './measured-child.ts';
import { watchMemory } from './memory-watch.ts';

async function main(way: Way): Promise<void> {
  const prepare = await prepareFor(way);
  const watch = way.watchesMemory ? watchMemory() : undefined;
  process.on('message', async ({ warmUp, measured, everyMillis = 0 }: Run) => {
    await deliverAll(prepare, warmUp, 0);
    const cpuMillis = await deliverAll(prepare, measured, everyMillis);
    const memory = watch?.();
    process.send?.({ cpuMillis, ...(memory && { memory }) } satisfies FromMeasured);
  });
  process.send?.('ready');
}

/**
 * Returns CPU milliseconds. Each batch is prepared by itself just before it is delivered, as Lambda hands them over: what is prepared for
 * a whole round would be moved about by the garbage collector while the round is measured.
 */
async function deliverAll(prepare: Prepare, batches: Run['measured'], everyMillis: number): Promise<number> {
  const startedAt = performance.now();
  let cpuMicros = 0;
  for (const [index, bodies] of batches.entries()) {
    const deliver = prepare(bodies);
    const before = process.cpuUsage();
    const early = startedAt + index * everyMillis - performance.now();
    if (early > 0) {
      await pause(early);
    }
    await deliver();
    const { user, system } = process.cpuUsage(before);
    cpuMicros += user + system;
  }
  return cpuMicros / 1_000;
}

/** Loads what its own way needs and nothing else, so that no other's code is in its memory. */
async function prepareFor({ kind, urls, ca, tables, bundle, expects }: Way): Promise<Prepare> {
  switch (kind) {
    case 'bare':
      return (await import('./ways/bare.ts')).bareWay(urls, ca, expects);
    case 'obvious':
      return (await import('./ways/obvious.ts')).obviousWay(urls, ca, tables);
    case 'bundle': {
      const { file, queueUrl } = bundle ?? { file: '', queueUrl: '' };
      const { handler } = createRequire(file)(file) as { readonly handler: QueueHandler };
      return functionWay(handler, queueUrl);
    }
  }
}

type QueueHandler = (event: object, context: object) => Promise<{ readonly batchItemFailures: readonly unknown[] }>;

const INVOCATION = { getRemainingTimeInMillis: () => 30_000 };

/** The real one: its bundle, as deployed. */
function functionWay(handler: QueueHandler, queueUrl: string): Prepare {
  return (bodies) => {
    const Records = bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `r${index}`,
      body,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueUrl.split('/').at(-1)}`,
      awsRegion: 'us-east-1',
    }));
    return async () => {
      const { batchItemFailures } = await handler({ Records }, INVOCATION);
      if (batchItemFailures.length > 0) {
        throw new Error(`The function returned ${batchItemFailures.length} of ${bodies.length} messages`);
      }
    };
  };
}

process.on('disconnect', () => process.exit());
// Ctrl-C reaches every process of the terminal; this one ends with its parent.
process.on('SIGINT', () => {});
void main(JSON.parse(process.argv[2] ?? '{}') as Way);
