/** List prices of us-east-1 in November 2026, in dollars (the services' own pricing pages). */

export const PER_MILLION = {
  event: 1,
  sqsRequest: 0.4,
  /** On top, for a request with a message group. */
  sqsGroup: 0.1,
  /** On demand. */
  dynamoReadUnit: 0.125,
  dynamoWriteUnit: 0.625,
  /** $0.05 per 10,000. */
  secretRead: 5,
  /** Of an HTTP API. */
  apiRequest: 1,
  invocation: 0.2,
  /** On arm64. */
  gbSecond: 13.3334,
  trace: 5,
} as const;

export const PER_GB = {
  logs: 0.5,
  archiveIn: 0.1,
} as const;

export const PER_GB_MONTH = {
  table: 0.25,
  pointInTimeRecovery: 0.2,
  archive: 0.023,
} as const;

export const PER_MONTH = {
  kmsKey: 1,
  secret: 0.4,
  alarmMetric: 0.1,
  customMetric: 0.3,
  dashboard: 3,
} as const;
