/** Dollars of what was counted: list prices of us-east-1 in November 2026 (the services' own pricing pages). */
import type { Usage } from './counted-calls.ts';

const PER_MILLION = {
  sqsRequest: 0.4,
  /** On top, for a request with a message group. */
  sqsGroup: 0.1,
  /** On demand. */
  dynamoReadUnit: 0.125,
  dynamoWriteUnit: 0.625,
  /** $0.05 per 10,000. */
  secretRead: 5,
};

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
