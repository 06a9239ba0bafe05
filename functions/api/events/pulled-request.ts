/**
 * An event as its receiver gets it: the body and those headers that a request of ours has, signed now. Made without the
 * webhook's credentials, URL and custom headers, which are for the receiver's address alone.
 */
import { buildRequest } from '../../../shared/attempt/outgoing-request.schema.ts';
import { parseCanonicalFinding } from '../../../shared/delivery/delivery-message.schema.ts';
import type { ListedEvent } from '../../../shared/delivery/listed-event.ts';
import type { Format } from '../../../shared/destinations/format.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { Webhook, WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { secretStandIn } from '../deliveries/masked-request.ts';

export interface PulledRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Ours, and `content-type`. Others name a credential or are the connection's. */
const PULLED_HEADER = /^(content-type|webhook-.*|x-thalian-.*)$/;

export function pulledRequest(
  webhook: Webhook,
  format: Format,
  secret: WebhookSecret | undefined,
  event: ListedEvent,
  nowMillis: number,
): PulledRequest {
  const { signing, signingKeys } = secret ?? {};
  const { headers, body } = buildRequest({
    webhook,
    secret: {
      ...secretStandIn(webhook, format.urlIsCredential),
      ...(signing && { signing }),
      ...(signingKeys && { signingKeys }),
    },
    format,
    finding: findingOfEvent(event),
    lifecycle: event.lifecycle,
    deliveryId: event.deliveryId,
    nowMillis,
  });
  const ours = Object.entries(headers).filter(([name]) => PULLED_HEADER.test(name));
  return { headers: Object.fromEntries(ours), body };
}

/** Written by us. */
export function findingOfEvent({ finding }: ListedEvent): Finding {
  const parsed = parseCanonicalFinding(finding);
  if (parsed.kind === 'rejected') {
    throw new DependencyUnavailable('delivery-log', 'give a readable event', parsed.reason);
  }
  return parsed.finding;
}
