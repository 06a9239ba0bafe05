/** What became of the deliveries of a span, and how long it took, for the chart: from their rows, without a finding. */
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import { LATE_INDEX } from '../topology/tables.ts';
import type { Attempt, DeliveryRow } from './delivery.ts';
import {
  type DeliveryHistory,
  MOST_TIMED,
  type Moment,
  type Outcome,
  type OutcomeRequest,
  type Span,
} from './delivery-history.port.ts';
import { deliveryIdBound, detectedAtOf } from './delivery-id.ts';
import { type Item, idOf, type Log, query, queryIfIndexed, readItems } from './history-reads.dynamo.ts';
import { logKey } from './keys.dynamo.ts';

export const readOutcomes =
  (log: Log): DeliveryHistory['readOutcomes'] =>
  async (tenantId, webhookId, request) => {
    const readings = await Promise.all([
      outcomesByDetection(log, tenantId, webhookId, request),
      ...(request.by === 'arrival' ? [outcomesOfLate(log, tenantId, webhookId, request)] : []),
    ]);
    // Of two lists of which one was cut, only the part that is whole.
    const cuts = readings.flatMap(({ cutAt }) => cutAt ?? []);
    const wholeFrom = Math.max(request.span.from, ...cuts);
    const outcomes = readings.flatMap((reading) => reading.outcomes).filter(({ at }) => at >= wholeFrom);
    outcomes.sort((a, b) => b.at - a.at);
    return { outcomes: outcomes.slice(0, request.cap), isCapped: cuts.length > 0 || outcomes.length > request.cap };
  };

interface PartOfOutcomes {
  readonly outcomes: readonly Outcome[];
  /** The moment of the last that was read, if there are others before it. */
  readonly cutAt?: number | undefined;
}

async function outcomesByDetection(
  log: Log,
  tenantId: TenantId,
  webhookId: WebhookId,
  { by, span, cap }: OutcomeRequest,
): Promise<PartOfOutcomes> {
  // What came late is found by its arrival.
  const isCounted = (item: Item) => !isDigestItem(item) && (by === 'detection' || item['arrivedAt'] === undefined);
  const counted: Item[] = [];
  let last: Item | undefined;
  let read = 0;
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await query(log, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
      ...OF_AN_OUTCOME,
      ExpressionAttributeValues: marshall({ ':pk': logKey(tenantId, webhookId), ...boundsOf(span) }),
      ConsistentRead: true,
      ExclusiveStartKey: start,
    });
    counted.push(...Items.filter(isCounted));
    last = Items.at(-1) ?? last;
    read += Items.length;
    start = LastEvaluatedKey;
  } while (start !== undefined && counted.length < cap && read < MOST_READ_PER_COUNTED * cap);
  const whole = counted.slice(0, cap);
  const cut = counted.length > cap ? whole.at(-1) : start && last;
  return { outcomes: outcomesOf(whole, by), ...(cut && { cutAt: outcomesOf([cut], 'detection')[0]?.at }) };
}

/** Its findings are counted, and it is none. */
function isDigestItem(item: Item): boolean {
  return item['digestEndsAt'] !== undefined && item['digestId'] === undefined;
}

/** Late deliveries among those that are counted cost reads, too. */
const MOST_READ_PER_COUNTED = 2;

async function outcomesOfLate(
  log: Log,
  tenantId: TenantId,
  webhookId: WebhookId,
  { by, span, cap }: OutcomeRequest,
): Promise<PartOfOutcomes> {
  const keys: Item[] = [];
  let start: Item | undefined;
  do {
    const response = await queryIfIndexed(log, {
      IndexName: LATE_INDEX.indexName,
      KeyConditionExpression: '#of = :of AND #key BETWEEN :from AND :until',
      ExpressionAttributeNames: { '#of': LATE_INDEX.partitionKey.name, '#key': LATE_INDEX.sortKey.name },
      ExpressionAttributeValues: marshall({ ':of': logKey(tenantId, webhookId), ...boundsOf(span) }),
      ExclusiveStartKey: start,
    });
    keys.push(...(response.Items ?? []));
    start = response.LastEvaluatedKey;
  } while (start !== undefined && keys.length < cap);
  const ids = keys
    .slice(0, cap)
    .map(idOf)
    .filter((id) => id !== undefined);
  const rows: Item[] = [];
  for (let from = 0; from < ids.length; from += ROWS_PER_CALL) {
    rows.push(...(await readItems(log, tenantId, webhookId, ids.slice(from, from + ROWS_PER_CALL), OF_AN_OUTCOME)));
  }
  const outcomes = outcomesOf(rows, by);
  const isCut = keys.length > cap || start !== undefined;
  return { outcomes, ...(isCut && { cutAt: Math.min(...outcomes.map(({ at }) => at)) }) };
}

function outcomesOf(items: readonly Item[], by: Moment): readonly Outcome[] {
  return items.map((item) => toOutcome(item, by)).filter((outcome) => outcome !== undefined);
}

/** What a delivery is counted by: no finding, and of its attempts the times. */
const OF_AN_OUTCOME = {
  ProjectionExpression: `sk, #status, arrivedAt, lastAttempt, digestEndsAt, digestId, ${Array.from({ length: MOST_TIMED }, (_, index) => `attempts[${index}].#at, attempts[${index}].millis`).join(', ')}`,
  ExpressionAttributeNames: { '#status': 'status', '#at': 'at' },
};

/** DynamoDB's own limit of a BatchGetItem. */
const ROWS_PER_CALL = 100;

function boundsOf({ from, until }: Required<Span>) {
  return { ':from': deliveryIdBound(from), ':until': deliveryIdBound(until) };
}

/** Written by us, by the condition of every write: of what is counted nothing is checked again. */
function toOutcome(item: Item, by: Moment): Outcome | undefined {
  const { status, arrivedAt, lastAttempt, attempts = [] } = unmarshall(item) as Counted;
  const deliveryId = idOf(item);
  const detectedAt = deliveryId && detectedAtOf(deliveryId);
  if (detectedAt === undefined) {
    return undefined;
  }
  const at = by === 'arrival' ? (arrivedAt ?? detectedAt) : detectedAt;
  const last = status === 'delivered' && attempts.length === lastAttempt ? attempts.at(-1) : undefined;
  return {
    at,
    status,
    responseMillis: attempts.map(({ millis }) => millis),
    // A detection may be of a clock that is ahead of ours.
    ...(last && { deliveredAfterMillis: Math.max(0, last.at + last.millis - at) }),
  };
}

type Counted = Pick<DeliveryRow, 'status' | 'arrivedAt' | 'lastAttempt'> & {
  readonly attempts?: readonly Pick<Attempt, 'at' | 'millis'>[];
};
