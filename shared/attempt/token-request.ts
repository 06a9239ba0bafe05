/** Whether an attempt needs an access token, and what it is asked for with: by the webhook's own OAuth client, or as its format says. */
import type { Format } from '../destinations/format.ts';
import type { TokenRequest } from '../http/access-token.ts';
import type { Webhook, WebhookSecret } from '../webhook/webhook.ts';

/** Undefined if it needs none. A client without its secret is refused by the issuer, in its own words. */
export function tokenRequestOf(
  { oauth, format: { options } }: Webhook,
  secret: WebhookSecret | undefined,
  format: Format,
): TokenRequest | undefined {
  return oauth === undefined
    ? format.authorize?.({ options, credentials: secret?.credentials ?? {} })
    : { ...oauth, clientSecret: secret?.clientSecret ?? '' };
}
