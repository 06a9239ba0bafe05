/** How the local system maps a queue to its function: in batches, windows and a concurrency like production's. */
import { MAPPINGS, type MappedQueue, PRODUCTION_CONCURRENCY } from '../../shared/topology/mappings.ts';
import { LOCAL_REGION, type LocalAws, queueArn } from '../aws/local-aws.ts';
import type { Mapping } from './event-source-mapping.ts';

export function queueMapping({ queues }: Pick<LocalAws, 'queues'>, name: MappedQueue): Mapping {
  return {
    arn: queueArn(name),
    region: LOCAL_REGION,
    queueUrl: queues[name],
    ...MAPPINGS[name],
    maxConcurrency: PRODUCTION_CONCURRENCY[name],
  };
}
