/** What a stage's month costs at a rate, line by line. Pure: counted usage, list prices and stated assumptions in, dollars out. */
import { ATTEMPTS_OF_EXHAUSTED, type BatchSize, type BilledUsage, DELIVERED, EXHAUSTED } from './counted-usage.ts';
import { PER_GB, PER_GB_MONTH, PER_MILLION, PER_MONTH } from './prices.ts';

export interface Load {
  readonly findingsPerSecond: number;
  /** Of deliveries that fail all attempts, 0-1. */
  readonly failing: number;
  readonly batchSize: BatchSize;
}

export type Lines = Readonly<Record<string, number>>;

export const DAYS = 30;
const SECONDS = DAYS * 86_400;

/** Assumed, not counted. */
export const ASSUMED = {
  memoryGb: 0.5,
  /** A quick receiver's, which the whole batch waits for. */
  sendMillis: 300,
  dispatchMillis: 50,
  /** Of a row with its finding, on the table for 30 days. A failed one keeps its attempts, and is in two indexes for a while. */
  rowBytes: 1_024,
  failedRowBytes: 3_072,
  logBytesPerAttempt: 500,
  archiveBytesPerFinding: 1_024,
} as const;

/** Invocations a second at which Lambda samples one trace, and of the rest this share. */
const SAMPLED_SHARE = 0.05;

export function findingsPerMonth({ findingsPerSecond }: Pick<Load, 'findingsPerSecond'>): number {
  return findingsPerSecond * SECONDS;
}

/** Of a finding, on average. */
export function usageOf({ failing, batchSize }: Pick<Load, 'failing' | 'batchSize'>): BilledUsage {
  const [delivered, exhausted] = [DELIVERED[batchSize], EXHAUSTED[batchSize]];
  const mixed = (unit: keyof BilledUsage) => (1 - failing) * delivered[unit] + failing * exhausted[unit];
  return {
    sqsRequests: mixed('sqsRequests'),
    sqsGroupRequests: mixed('sqsGroupRequests'),
    dynamoReadUnits: mixed('dynamoReadUnits'),
    dynamoWriteUnits: mixed('dynamoWriteUnits'),
  };
}

/** Of what grows with findings. */
export function linesOf(load: Load): Lines {
  const { failing, batchSize } = load;
  const millions = findingsPerMonth(load) / 1e6;
  const calls = callsPerMillion(usageOf(load));
  const attempts = millions * (1 - failing + failing * ATTEMPTS_OF_EXHAUSTED);
  const gb = (bytesPerFinding: number) => (millions * 1e6 * bytesPerFinding) / 1024 ** 3;
  const { memoryGb, dispatchMillis, sendMillis } = ASSUMED;
  const gbSeconds =
    ((millions / batchSize) * dispatchMillis * memoryGb + (attempts / batchSize) * sendMillis * memoryGb) / 1_000;
  const storedGb = gb((1 - failing) * ASSUMED.rowBytes + failing * ASSUMED.failedRowBytes);
  return {
    EventBridge: millions * PER_MILLION.event,
    SQS: millions * calls.SQS,
    Lambda: ((millions + attempts) / batchSize) * PER_MILLION.invocation + gbSeconds * PER_MILLION.gbSecond,
    'DynamoDB, calls': millions * calls.DynamoDB,
    'DynamoDB, storage': storedGb * PER_GB_MONTH.table,
    'DynamoDB, point-in-time recovery': storedGb * PER_GB_MONTH.pointInTimeRecovery,
    Logs: ((attempts * 1e6 * ASSUMED.logBytesPerAttempt) / 1024 ** 3) * PER_GB.logs,
    Archive: gb(ASSUMED.archiveBytesPerFinding) * (PER_GB.archiveIn + PER_GB_MONTH.archive),
  };
}

/** Where the stage traces: of `dispatch` and `send`. */
export function tracingOf(load: Load): number {
  const { findingsPerSecond, failing, batchSize } = load;
  const perSecond = [findingsPerSecond, findingsPerSecond * (1 + (ATTEMPTS_OF_EXHAUSTED - 1) * failing)];
  const traces = perSecond
    .map((rate) => rate / batchSize)
    .map((rate) => Math.min(rate, 1) + SAMPLED_SHARE * Math.max(0, rate - 1));
  return ((traces.reduce((total, rate) => total + rate, 0) * SECONDS) / 1e6) * PER_MILLION.trace;
}

/** What alarms of `production` read and functions count; tests hold both to the stack. */
export const WATCHED = { alarmMetrics: 83, customMetrics: 29 } as const;

/** Lambda's pollers at three empty queues, five each, a receive of 20 s. */
const EMPTY_RECEIVES = (3 * 5 * SECONDS) / 20;

/** Of what a stage costs whatever it delivers. */
export const FIXED: Lines = {
  'Metrics of alarms': WATCHED.alarmMetrics * PER_MONTH.alarmMetric,
  'Custom metrics': WATCHED.customMetrics * PER_MONTH.customMetric,
  Dashboard: PER_MONTH.dashboard,
  'KMS key of the alarms’ topic': PER_MONTH.kmsKey,
  'Secrets: cursor key, canary': 2 * PER_MONTH.secret,
  'Polling of empty queues': (EMPTY_RECEIVES / 1e6) * PER_MILLION.sqsRequest,
};

export function secretsOf(tenants: number, secretsPerTenant: number): number {
  return tenants * secretsPerTenant * PER_MONTH.secret;
}

/** Dollars per million of what was counted. */
export function callsPerMillion(usage: BilledUsage): Readonly<Record<'SQS' | 'DynamoDB', number>> {
  const { sqsRequests, sqsGroupRequests, dynamoReadUnits, dynamoWriteUnits } = usage;
  return {
    SQS: sqsRequests * PER_MILLION.sqsRequest + sqsGroupRequests * PER_MILLION.sqsGroup,
    DynamoDB: dynamoReadUnits * PER_MILLION.dynamoReadUnit + dynamoWriteUnits * PER_MILLION.dynamoWriteUnit,
  };
}

export function total(lines: Lines): number {
  return Object.values(lines).reduce((sum, dollars) => sum + dollars, 0);
}
