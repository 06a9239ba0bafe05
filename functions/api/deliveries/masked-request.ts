/**
 * The request of a delivery as the webhook is configured now, for people to look at. Made without any secret: what is
 * masked was never there.
 */
import type { SentRequest } from '../../../shared/api/sent-request.schema.ts';
import { buildRequest } from '../../../shared/attempt/outgoing-request.schema.ts';
import { tokenRequestOf } from '../../../shared/attempt/token-request.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { FIRST_DETECTION } from '../../../shared/finding/lifecycle.ts';
import type { ManifestContent } from '../../../shared/finding/manifest-content.ts';
import type { DeliveryId } from '../../../shared/runtime/ids.ts';
import type { Webhook, WebhookSecret } from '../../../shared/webhook/webhook.ts';

const MASK = '***';

/** Headers of the webhook's own are left out: their names are secret too. Undefined if its format is not known here. */
export function maskedRequest(
  webhook: Webhook,
  finding: Finding,
  deliveryId: DeliveryId,
  sentAtMillis: number,
  lifecycle = FIRST_DETECTION,
  manifest?: ManifestContent,
): SentRequest | undefined {
  const format = findFormat(webhook.format.id);
  if (format === undefined) {
    return undefined;
  }
  const secret = secretStandIn(webhook, format.urlIsCredential);
  const content = { finding, lifecycle, ...(manifest && { manifest }) };
  const request = buildRequest({ webhook, secret, format, ...content, deliveryId, nowMillis: sentAtMillis });
  const sendsToken = tokenRequestOf(webhook, secret, format) !== undefined;
  return {
    ...request,
    headers: {
      ...request.headers,
      ...(sendsToken && { authorization: `Bearer ${MASK}` }),
      ...maskedSignatures(webhook, sentAtMillis),
    },
  };
}

/** Names without values: a format that shows a credential shows the mask. */
export function secretStandIn({ url, secretContents }: Webhook, urlIsCredential: boolean): WebhookSecret {
  const names = secretContents?.credentials ?? [];
  return {
    credentials: Object.fromEntries(names.map((name) => [name, MASK])),
    ...(urlIsCredential && { url: `${url}/${MASK}` }),
  };
}

function maskedSignatures({ secretContents }: Webhook, sentAtMillis: number): Readonly<Record<string, string>> {
  if (!secretContents?.isSigned) {
    return {};
  }
  const previous = (secretContents.previousUntil ?? []).filter((until) => sentAtMillis < until);
  const signatures = [MASK, ...previous.map(() => MASK)];
  return {
    'x-thalian-signature': [`t=${Math.floor(sentAtMillis / 1000)}`, ...signatures.map((mask) => `v1=${mask}`)].join(
      ',',
    ),
    'webhook-signature': signatures.map((mask) => `v1,${mask}`).join(' '),
  };
}
