/**
 * What a delivery is billed for by SQS, DynamoDB and Secrets Manager, in their own units, by how many messages a batch has.
 * `test/functions/send/cost.test.ts` counts it on the clients of the real adapters, and is red where this differs.
 */

export interface BilledUsage {
  readonly sqsRequests: number;
  readonly sqsGroupRequests: number;
  readonly dynamoReadUnits: number;
  readonly dynamoWriteUnits: number;
}

export type BatchSize = 1 | 10;

/** From the bus to the record of a first success, SQS's own part (EventBridge's send, Lambda's receives and deletes) included. */
export const DELIVERED: Readonly<Record<BatchSize, BilledUsage>> = {
  1: { sqsRequests: 6, sqsGroupRequests: 2, dynamoReadUnits: 3, dynamoWriteUnits: 1 },
  10: { sqsRequests: 1.5, sqsGroupRequests: 1.1, dynamoReadUnits: 1.2, dynamoWriteUnits: 1 },
};

/** The same of version 0.1.0, counted in the same way at commit 6493d20: what a later version does for every delivery shows. */
export const DELIVERED_BY_0_1_0: Readonly<Record<BatchSize, BilledUsage>> = {
  1: { sqsRequests: 6, sqsGroupRequests: 1, dynamoReadUnits: 3, dynamoWriteUnits: 1 },
  10: { sqsRequests: 1.5, sqsGroupRequests: 0.1, dynamoReadUnits: 1.2, dynamoWriteUnits: 1 },
};

/** From the bus to the redrive message, four attempts at a receiver that is failing. */
export const EXHAUSTED: Readonly<Record<BatchSize, BilledUsage>> = {
  1: { sqsRequests: 16, sqsGroupRequests: 6, dynamoReadUnits: 9, dynamoWriteUnits: 11 },
  10: { sqsRequests: 6.1, sqsGroupRequests: 5.1, dynamoReadUnits: 4.5, dynamoWriteUnits: 11 },
};

export const ATTEMPTS_OF_EXHAUSTED = 4;

/** More for each delivery to a webhook whose events are listed: one call for every 25, a unit for each. */
export const LISTED: Pick<BilledUsage, 'dynamoWriteUnits'> = { dynamoWriteUnits: 1 };

/**
 * Of each manifest, of an hour in which little was listed: schedule, webhook and list are read, row and schedule written, the
 * message sent, and the delivery made.
 */
export const MANIFEST: BilledUsage = {
  sqsRequests: 3,
  sqsGroupRequests: 1,
  dynamoReadUnits: 4,
  dynamoWriteUnits: 4,
};

/** Of each page of events that a receiver reads, beside its bytes: the webhook. */
export const PAGE_READ: Pick<BilledUsage, 'dynamoReadUnits'> = { dynamoReadUnits: 1 };
