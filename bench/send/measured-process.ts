/**
 * One way to deliver, in a process of its own: all CPU time that it uses, in whatever thread, is that of the deliveries.
 * Started by `measured-child.ts`; ends with its parent.
 */
import { createRequire } from 'node:module';
import type { FromMeasured, Prepare, Run, Way } from './measured-child.ts';
import { bareWay } from './ways/bare.ts';
import { obviousWay } from './ways/obvious.ts';

const way = JSON.parse(process.argv[2] ?? '{}') as Way;
const prepare = await prepareFor(way);

process.on('disconnect', () => process.exit());
process.on('message', async ({ warmUp, measured }: Run) => {
  const first = warmUp.map(prepare);
  const then = measured.map(prepare);
  for (const deliver of first) {
    await deliver();
  }
  const before = process.cpuUsage();
  for (const deliver of then) {
    await deliver();
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMillis: (user + system) / 1_000 } satisfies FromMeasured);
});
process.send?.('ready');

async function prepareFor({ kind, urls, ca, tables, bundle }: Way): Promise<Prepare> {
  switch (kind) {
    case 'bare':
      return bareWay(urls, ca);
    case 'obvious':
      return obviousWay(urls, ca, tables);
    case 'send': {
      const { handler } = createRequire(import.meta.url)(bundle ?? '') as { readonly handler: SendHandler };
      return sendWay(handler);
    }
  }
}

type SendHandler = (event: object, context: object) => Promise<{ readonly batchItemFailures: readonly unknown[] }>;

const INVOCATION = { getRemainingTimeInMillis: () => 30_000 };

/** The real one: its bundle, as deployed. */
function sendWay(handler: SendHandler): Prepare {
  return (bodies) => {
    const Records = bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `r${index}`,
      body,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${(process.env['DELIVERY_QUEUE_URL'] ?? '').split('/').at(-1)}`,
      awsRegion: 'us-east-1',
    }));
    return async () => {
      const { batchItemFailures } = await handler({ Records }, INVOCATION);
      if (batchItemFailures.length > 0) {
        throw new Error(`send returned ${batchItemFailures.length} of ${bodies.length} messages`);
      }
    };
  };
}
