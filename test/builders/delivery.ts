import type { Attempt, DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import { aCanonicalFinding, aFinding, aTenantId } from './finding.ts';
import { aWebhookId } from './webhook.ts';

export function aDeliveryMessage(overrides: Partial<DeliveryMessage> = {}): DeliveryMessage {
  const tenantId = overrides.tenantId ?? aTenantId();
  const webhookId = overrides.webhookId ?? aWebhookId();
  const finding = overrides.finding ?? aCanonicalFinding();
  return {
    tenantId,
    webhookId,
    deliveryId: deliveryIdOf(tenantId, webhookId, aFinding().detectedAt, finding),
    attempt: 1,
    attemptLimit: 4,
    finding,
    ...overrides,
  };
}

/** Of the same delivery as `aDeliveryMessage`. */
export function aDeliveryRow(overrides: Partial<DeliveryRow> = {}): DeliveryRow {
  const { tenantId, webhookId, deliveryId, finding } = aDeliveryMessage();
  return {
    tenantId,
    webhookId,
    deliveryId,
    status: 'pending',
    lastAttempt: 1,
    attemptLimit: 4,
    attempts: [],
    finding,
    expiresAt: 1_900_000_000,
    ...overrides,
  };
}

/** After the four attempts of its retry cycle; its redrive message is sent. */
export function anExhaustedRow(failedAt: number): DeliveryRow {
  return aDeliveryRow({
    status: 'failed',
    reason: 'exhausted',
    lastAttempt: 4,
    failedAt,
    ticketSentAt: failedAt,
    attempts: [anAttempt({ number: 4 })],
  });
}

export function anAttempt(overrides: Partial<Attempt> = {}): Attempt {
  return { number: 1, at: Date.UTC(2026, 10, 23, 10), millis: 120, statusCode: 500, ...overrides };
}

export interface RecordOverrides {
  readonly messageId?: string;
  readonly body?: string;
  readonly receiveCount?: number;
  /** The one that it was received from. */
  readonly queue?: TargetQueue;
}

export const DELIVERY_QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/delivery';

/** An SQS record as Lambda hands it over; only what the handlers read is interesting. */
export function anSqsRecord({
  messageId = 'm1',
  body = '',
  receiveCount = 1,
  queue = 'delivery',
}: RecordOverrides = {}) {
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '1763892000000',
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '1763892000001',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    awsRegion: 'us-east-1',
  };
}

export function anSqsEvent(...records: readonly RecordOverrides[]) {
  return { Records: records.map((record, index) => anSqsRecord({ messageId: `m${index + 1}`, ...record })) };
}

/** A record that carries this delivery message. */
export function messageRecord(message: DeliveryMessage, overrides: RecordOverrides = {}): RecordOverrides {
  return { body: serializeDeliveryMessage(message), ...overrides };
}
