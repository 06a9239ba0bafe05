/** A request of the check, made and signed by the code that makes the service's own. */
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import type { Format } from '../../shared/destinations/format.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { canonicalFinding, type Finding } from '../../shared/finding/finding.ts';
import { parseTenantId, parseWebhookId } from '../../shared/runtime/ids.ts';
import { connectWebhook } from '../../shared/webhook/webhook.ts';
import type { CheckRequest } from './send-request.ts';
import { aFinding } from './sent-findings.ts';

interface Sending {
  readonly finding?: Finding;
  /** In place of the finding's body. */
  readonly body?: string;
  /** The current one first; the receiver's own alone if absent. */
  readonly secrets?: readonly string[];
  readonly ageSeconds?: number;
}

export type MakeRequest = (sending?: Sending) => CheckRequest;

/** `url` and `secret` are the receiver's. */
export function requestsTo(url: string, secret: string): MakeRequest {
  return ({ finding = aFinding(), body, secrets = [secret], ageSeconds = 0 } = {}) => {
    const nowMillis = Date.now() - ageSeconds * 1000;
    const [current = secret, ...earlier] = secrets;
    const previous = earlier.map((value) => ({ secret: value, until: Number.POSITIVE_INFINITY }));
    const format: Format = {
      ...jsonFormat,
      render: (input) => ({ ...jsonFormat.render(input), ...(body !== undefined && { body }) }),
    };
    const deliveryId = deliveryIdOf(TENANT, WEBHOOK, finding.detectedAt, canonicalFinding(finding));
    const { headers, body: sent } = buildRequest({
      webhook: connectWebhook(
        { tenantId: TENANT, webhookId: WEBHOOK, name: 'check', url, format: { id: 'json', options: {} } },
        { by: 'check', at: nowMillis },
      ),
      secret: { signing: { current, previous } },
      format,
      finding,
      deliveryId,
      nowMillis,
    });
    return { headers, body: sent };
  };
}

const TENANT = must(parseTenantId('check'));

const WEBHOOK = must(parseWebhookId('wh_check'));

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('A constant of the check is no id.');
  }
  return value;
}
