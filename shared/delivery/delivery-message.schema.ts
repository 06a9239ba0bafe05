/** The message that travels in the delivery and retry queues and, as a redrive message, in `ExhaustedDeliveries`. */
import * as z from 'zod';
import { findingSchema, NOT_UNICODE } from '../finding/finding.schema.ts';
import type { Finding } from '../finding/finding.ts';
import { lifecycleItemFields } from '../finding/lifecycle.schema.ts';
import { deliveryIdText, tenantIdText, webhookIdText } from '../runtime/ids.schema.ts';
import { parseJson, type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { Turn } from '../webhook/turns.ts';
import type { DeliveryMessage } from './delivery.ts';

/** Grows when an old `send` could no longer read a new message. */
const MESSAGE_VERSION = 1;
/** Of an event that an old `send` would take for a detection: it sets such a message aside instead. */
const LIFECYCLE_VERSION = 2;

/** Far more than retries by hand can reach, and far from where counting on would lose precision. */
const MAX_ATTEMPT = 1_000_000;

/** No line has this name. */
const VOID_TURN: Turn = { at: 0, line: -1 };

const messageSchema = z.object({
  v: z.literal(
    [MESSAGE_VERSION, LIFECYCLE_VERSION],
    `this service reads versions ${MESSAGE_VERSION} and ${LIFECYCLE_VERSION}`,
  ),
  tenantId: tenantIdText,
  webhookId: webhookIdText,
  deliveryId: deliveryIdText,
  attempt: z.int().min(1).max(MAX_ATTEMPT),
  attemptLimit: z.int().min(1).max(MAX_ATTEMPT),
  reopen: z.enum(['user', 'operator']).exactOptional(),
  ...lifecycleItemFields,
  /** Version 0.1.0 reads over it. Whatever a later version says here, the message has been in another queue. */
  sentOn: z
    .unknown()
    .transform((): true => true)
    .exactOptional(),
  /** Version 0.1.0 reads over it and sends at once. A turn of another shape is void: the message takes another. */
  turn: z.object({ at: z.number(), line: z.number() }).catch(VOID_TURN).exactOptional(),
  /** Version 6493d20 reads over it: its row says when it is due, and its finding that the findings follow alone. */
  digestEndsAt: z.number().exactOptional(),
  // Stored as it is, with unknown fields: the finding's own check does not see those.
  finding: z.string().refine((text) => text.isWellFormed(), NOT_UNICODE),
});

export interface ParsedDeliveryMessage {
  readonly kind: 'parsed';
  readonly message: DeliveryMessage;
  /** What the message's canonical string says. */
  readonly finding: Finding;
}

/** SQS takes every character of Unicode but these two and control characters, which JSON escapes anyway (SendMessage). */
const REFUSED_BY_SQS = /[\ufffe\uffff]/g;

export function serializeDeliveryMessage(message: DeliveryMessage): string {
  const v = message.event === undefined ? MESSAGE_VERSION : LIFECYCLE_VERSION;
  return JSON.stringify({ v, ...message }).replaceAll(
    REFUSED_BY_SQS,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

export function parseDeliveryMessage(body: string): ParsedDeliveryMessage | Rejected {
  const json = parseJson(body);
  if (json.kind === 'rejected') {
    return json;
  }
  const parsed = messageSchema.safeParse(json.value);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const finding = parseCanonicalFinding(parsed.data.finding);
  if (finding.kind === 'rejected') {
    return { kind: 'rejected', reason: `finding: ${finding.reason}` };
  }
  const { v: _version, ...message } = parsed.data;
  return { kind: 'parsed', message, finding: finding.finding };
}

/**
 * Of a message or of the log. The bounds of time are not asked again: what was accepted once stays valid, however long
 * it is retried.
 */
export function parseCanonicalFinding(text: string): { readonly kind: 'parsed'; readonly finding: Finding } | Rejected {
  const json = parseJson(text);
  if (json.kind === 'rejected') {
    return json;
  }
  const parsed = findingSchema.safeParse(json.value);
  return parsed.success ? { kind: 'parsed', finding: parsed.data } : rejection(parsed.error);
}
