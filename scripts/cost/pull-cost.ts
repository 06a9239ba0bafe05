/** What events cost that a receiver reads, dollars per million of them. */

import { MOST_NAMED } from '../../shared/delivery/manifest-delivery.ts';
import { LISTED, MANIFEST, PAGE_READ } from './counted-usage.ts';
import { ASSUMED } from './monthly-bill.ts';
import { PER_GB_MONTH, PER_MILLION } from './prices.ts';

/** With bodies, as a follower reads them; without, as a comparison does. */
const PAGE_EVENTS = { bodies: 100, ids: 1_000 } as const;
/** DynamoDB ends a page at 1 MB: of a manifest. */
const BYTES_PER_CALL = 1024 * 1024;
/** A consistent read takes a unit for each 4 KB of a whole query. */
const BYTES_PER_READ_UNIT = 4_096;
/** Of the function `api`, for a page. */
export const PAGE_MILLIS = 60;

export const PULL_COST: Readonly<Record<string, number>> = {
  'listed before it is queued': LISTED.dynamoWriteUnits * PER_MILLION.dynamoWriteUnit,
  'kept for 30 days, with point-in-time recovery':
    ((1e6 * ASSUMED.rowBytes) / 1024 ** 3) * (PER_GB_MONTH.table + PER_GB_MONTH.pointInTimeRecovery),
  'read once by a follower, pages of 100': readOnce(PAGE_EVENTS.bodies),
  'read once by `npm run check-complete`, pages of 1,000': readOnce(PAGE_EVENTS.ids),
  'read once for a manifest': readUnits() + (ASSUMED.rowBytes / BYTES_PER_CALL) * invocation(),
};

const HOURS_PER_MONTH = 730;
/** The row enters and leaves the index of what is due, and the schedule moves in it: DynamoDB bills the index apart. */
export const MANIFEST_INDEX_UNITS = 5;
const WRITE_UNIT_BYTES = 1_024;
/** In JSON. */
const BYTES_PER_ID = 33;
/** The row is put, claimed and recorded. */
const WRITES_OF_ROW = 3;

/** Of one webhook, dollars a month. */
export const MANIFEST_COST: Readonly<Record<string, number>> = {
  'hours in which little is listed': manifests(0, 0),
  [`hours of ${MOST_NAMED.toLocaleString('en')} deliveries each`]: manifests(
    WRITES_OF_ROW * Math.ceil((MOST_NAMED * BYTES_PER_ID) / WRITE_UNIT_BYTES),
    (MOST_NAMED * ASSUMED.rowBytes) / BYTES_PER_READ_UNIT,
  ),
};

function manifests(moreWriteUnits: number, moreReadUnits: number): number {
  const { sqsRequests, sqsGroupRequests, dynamoReadUnits, dynamoWriteUnits } = MANIFEST;
  const each =
    sqsRequests * PER_MILLION.sqsRequest +
    sqsGroupRequests * PER_MILLION.sqsGroup +
    (dynamoReadUnits + moreReadUnits) * PER_MILLION.dynamoReadUnit +
    (dynamoWriteUnits + MANIFEST_INDEX_UNITS + moreWriteUnits) * PER_MILLION.dynamoWriteUnit;
  return (HOURS_PER_MONTH * each) / 1e6;
}

function readOnce(pageEvents: number): number {
  const perPage = PER_MILLION.apiRequest + invocation() + PAGE_READ.dynamoReadUnits * PER_MILLION.dynamoReadUnit;
  return readUnits() + perPage / pageEvents;
}

function readUnits(): number {
  return (ASSUMED.rowBytes / BYTES_PER_READ_UNIT) * PER_MILLION.dynamoReadUnit;
}

function invocation(): number {
  return PER_MILLION.invocation + (PAGE_MILLIS / 1_000) * ASSUMED.memoryGb * PER_MILLION.gbSecond;
}
