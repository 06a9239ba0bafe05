/** Dollars of what was counted. */
import { PER_MILLION } from '../scripts/cost/prices.ts';
import type { Usage } from './counted-calls.ts';

export interface Bill {
  readonly sqs: number;
  readonly dynamo: number;
  readonly secrets: number;
}

/** For a million of what `usage` was counted for so many of. */
export function dollarsPerMillion(usage: Usage, of: number): Bill {
  const perOne = 1 / of;
  return {
    sqs: perOne * (usage.sqsRequests * PER_MILLION.sqsRequest + usage.sqsGroupRequests * PER_MILLION.sqsGroup),
    dynamo:
      perOne *
      (usage.dynamoReadUnits * PER_MILLION.dynamoReadUnit + usage.dynamoWriteUnits * PER_MILLION.dynamoWriteUnit),
    secrets: perOne * usage.secretReads * PER_MILLION.secretRead,
  };
}
