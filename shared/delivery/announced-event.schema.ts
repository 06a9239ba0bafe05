/** An event that the service has put on the bus, as it comes back to `dispatch`. */
import * as z from 'zod';
import {
  type DeliveryId,
  parseDeliveryId,
  parseTenantId,
  parseWebhookId,
  type TenantId,
  type WebhookId,
} from '../runtime/ids.ts';
import { parseJson, type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import { ANNOUNCED_MEMBER } from '../topology/findings-source.ts';
import { DETAIL_TYPES } from './bus-event.schema.ts';

/** An event of ours that says how a webhook fares, as it comes back from the bus. */
export interface TroubleEvent {
  readonly kind: 'failed' | 'disabled' | 'recovered';
  /** Of the event: a duplicate has the same. */
  readonly eventId: string;
  /** When it was published, epoch milliseconds, to the second. */
  readonly at: number;
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  /** The delivery that failed, and why. */
  readonly failed?: { readonly deliveryId: DeliveryId; readonly reason: string };
}

const id = <Id extends string>(parse: (text: string) => Id | undefined) =>
  z.string().transform((text, context) => {
    const parsed = parse(text);
    if (parsed === undefined) {
      context.addIssue({ code: 'custom', message: 'not an id of ours' });
      return z.NEVER;
    }
    return parsed;
  });

/** What an event of ours says beside whose it is goes by its name. */
const troubleSchema = z.object({
  id: z.string().min(1).max(64),
  time: z.iso.datetime({ offset: true }),
  'detail-type': z.enum(Object.values(DETAIL_TYPES)),
  detail: z.object({
    tenantId: id(parseTenantId),
    webhookId: id(parseWebhookId),
    deliveryId: id(parseDeliveryId).exactOptional(),
    reason: z.string().exactOptional(),
    change: z.string().exactOptional(),
  }),
});

/** By its first bytes, so that a finding is not parsed twice. */
const ANNOUNCED = new RegExp(`^\\s*\\{\\s*"${ANNOUNCED_MEMBER}"\\s*:`);

export type Announced =
  | { readonly kind: 'trouble'; readonly event: TroubleEvent }
  /** Says nothing of how a webhook fares. */
  | { readonly kind: 'quiet' }
  | Rejected;

/** Undefined for everything that the rule for announcements did not wrap. */
export function parseAnnounced(body: string): Announced | undefined {
  if (!ANNOUNCED.test(body)) {
    return undefined;
  }
  const json = parseJson(body);
  if (json.kind === 'rejected') {
    return json;
  }
  const parsed = z.object({ [ANNOUNCED_MEMBER]: troubleSchema }).safeParse(json.value);
  return parsed.success ? troubleOf(parsed.data[ANNOUNCED_MEMBER]) : rejection(parsed.error);
}

function troubleOf({ id: eventId, time, 'detail-type': name, detail }: z.output<typeof troubleSchema>): Announced {
  const { tenantId, webhookId, deliveryId, reason = 'unknown', change } = detail;
  const common = { eventId, at: Date.parse(time), tenantId, webhookId };
  switch (name) {
    case 'Delivery Failed':
      return {
        kind: 'trouble',
        event: { ...common, kind: 'failed', ...(deliveryId !== undefined && { failed: { deliveryId, reason } }) },
      };
    case 'Webhook Disabled':
      return { kind: 'trouble', event: { ...common, kind: 'disabled' } };
    case 'Webhook Recovered':
      return { kind: 'trouble', event: { ...common, kind: 'recovered' } };
    case 'Webhook Changed':
      // Of what people do, this alone is done by others than the tenant's own.
      return change === 'disabled' ? { kind: 'trouble', event: { ...common, kind: 'disabled' } } : { kind: 'quiet' };
  }
}
