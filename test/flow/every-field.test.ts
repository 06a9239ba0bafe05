/**
 * Every field of a finding, optional ones too, goes the whole way: event, message, row, request, delivery log. The
 * findings are made from the schema, so a new field is covered as soon as the schema has it.
 */
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toDeliveryDetail } from '../../shared/api/delivery-responses.schema.ts';
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import { parseDeliveryItem, toDeliveryItem } from '../../shared/delivery/delivery-item.schema.ts';
import {
  parseCanonicalFinding,
  parseDeliveryMessage,
  serializeDeliveryMessage,
} from '../../shared/delivery/delivery-message.schema.ts';
import { planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import { rowBefore } from '../../shared/delivery/retry-cycle.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { findingSchema } from '../../shared/finding/finding.schema.ts';
import { canonicalFinding, type Finding } from '../../shared/finding/finding.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import type { Rejected } from '../../shared/runtime/parse-json.schema.ts';
import { anyWrittenFinding } from '../builders/any-finding.ts';
import { aFinding, aFindingEvent } from '../builders/finding.ts';
import { everyMemberOf, type Part } from '../builders/of-schema.ts';
import { aWebhook } from '../builders/webhook.ts';
import { withoutNul } from '../builders/without-nul.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

function accepted<Parsed extends { readonly kind: 'parsed' }>(parsed: Parsed | Rejected): Parsed {
  if (parsed.kind === 'rejected') {
    throw new Error(parsed.reason);
  }
  return parsed;
}

/** Through `dispatch`, as the message arrives at `send`. */
function dispatched(written: unknown): DeliveryMessage {
  const body = aFindingEvent({ tenantId: 'acme', finding: written });
  const { tenantId, finding } = accepted(parseFindingEvent(body, NOW));
  const [planned] = planDeliveries(tenantId, finding, [aWebhook()]);
  if (planned === undefined) {
    throw new Error('No delivery is planned');
  }
  return accepted(parseDeliveryMessage(serializeDeliveryMessage(planned.message))).message;
}

/** Written to the delivery log and read back. */
function logged(message: DeliveryMessage) {
  const { tenantId, webhookId, deliveryId } = message;
  const item = unmarshall(marshall(toDeliveryItem(rowBefore(message, NOW)), { removeUndefinedValues: true }));
  return accepted(parseDeliveryItem(tenantId, webhookId, deliveryId, item)).row;
}

function sent(finding: Finding, { deliveryId }: DeliveryMessage): unknown {
  const attempt = { webhook: aWebhook(), secret: undefined, format: jsonFormat, nowMillis: NOW };
  return JSON.parse(buildRequest({ ...attempt, finding, deliveryId }).body).data;
}

it('is what the receiver gets and what the delivery log shows, whatever the finding', () => {
  fc.assert(
    fc.property(anyWrittenFinding, (written) => {
      const message = dispatched(written);
      const row = logged(message);
      expect(sent(accepted(parseCanonicalFinding(row.finding)).finding, message)).toEqual(withoutNul(written));
      expect(toDeliveryDetail(row, undefined).finding).toEqual(written);
    }),
  );
});

it('is there too if another field of the finding has to be repaired', () => {
  fc.assert(
    fc.property(anyWrittenFinding, (written) => {
      const finding = findingSchema.parse(written);
      const { level, score } = finding.severity;
      const message = dispatched({ ...finding, severity: { level: level.toUpperCase(), score } });
      expect(accepted(parseCanonicalFinding(message.finding)).finding).toEqual(written);
    }),
  );
});

it('is all that they get: no field that the schema does not know', () => {
  const unknown = { ...aFinding(), internalNote: 'x', severity: { ...aFinding().severity, vector: 'AV:N' } };
  const message = dispatched(unknown);
  expect(message.finding).toBe(canonicalFinding(aFinding()));
});

it('is there in a finding that has every field, none left out', () => {
  const message = dispatched(everyMemberOf(findingSchema, aShortValue));
  const everyPath = everyMemberOf(findingSchema, (path) => path);
  const data = sent(accepted(parseCanonicalFinding(logged(message).finding)).finding, message);
  expect(pathsOf(data)).toEqual(pathsOf(everyPath));
});

function aShortValue(_path: string, { enum: choices, type, format, pattern = '', minimum }: Part): unknown {
  if (choices !== undefined || type !== 'string') {
    return choices?.[0] ?? minimum;
  }
  if (format === 'date-time') {
    return aFinding().detectedAt;
  }
  return pattern.startsWith('^http') ? 'https://docs.example/a' : 'word';
}

function pathsOf(value: unknown, path = ''): readonly string[] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => pathsOf(member, `${path}.${name}`))
    : [path];
}
