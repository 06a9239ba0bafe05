import { describe, expect, it } from 'vitest';
import { queueMapping } from '../../local/functions/queue-mapping.ts';
import type { QueueName } from '../../shared/topology/queues.ts';
import { A_SENDER, aProductionStage, mappingsOf, synthesise } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

const BY_NAME: Readonly<Record<QueueName, string>> = {
  findings: `${PREFIX}findings`,
  'findings-dlq': `${PREFIX}findings-dlq`,
  'set-aside-events': `${PREFIX}set-aside-events`,
  replayed: `${PREFIX}replayed`,
  delivery: `${PREFIX}delivery`,
  retry: `${PREFIX}retry`,
  poison: `${PREFIX}poison`,
  'exhausted-deliveries': `${PREFIX}exhausted-deliveries`,
  mails: `${PREFIX}mails`,
  'mails-dlq': `${PREFIX}mails-dlq`,
};

describe('the local system', () => {
  it('reads its queues in the batches, the windows and the concurrency of production', () => {
    const template = synthesise(aProductionStage({ noticeMail: A_SENDER }));
    const deployed = ['dispatch', 'send', 'mail'].flatMap((name) => mappingsOf(template, `${PREFIX}${name}`));
    const local = (['findings', 'delivery', 'retry', 'mails'] as const).map((name) => {
      const { queueUrl, batchSize, windowSeconds, maxConcurrency } = queueMapping({ queues: BY_NAME }, name);
      return {
        queue: queueUrl,
        BatchSize: batchSize,
        MaximumBatchingWindowInSeconds: windowSeconds,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: maxConcurrency },
      };
    });
    expect(local).toEqual(deployed);
  });
});
