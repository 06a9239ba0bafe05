/** Ids as branded types: a tenant's id cannot be passed where a webhook's is meant. Parsed here, never cast elsewhere. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<'TenantId'>;
export type WebhookId = Branded<'WebhookId'>;
export type DeliveryId = Branded<'DeliveryId'>;

/** Tenant and webhook ids become parts of table keys that are joined with `#`, so the alphabet leaves it out. */
const KEY_PART = /^[A-Za-z0-9_-]{1,64}$/;
/** A delivery id is signed as `<id>.<timestamp>.<body>`, so it must not contain a dot. */
const DELIVERY_ID = /^dlv_[A-Za-z0-9_-]{1,60}$/;

export function parseTenantId(text: string): TenantId | undefined {
  return KEY_PART.test(text) ? (text as TenantId) : undefined;
}

export function parseWebhookId(text: string): WebhookId | undefined {
  return KEY_PART.test(text) ? (text as WebhookId) : undefined;
}

export function parseDeliveryId(text: string): DeliveryId | undefined {
  return DELIVERY_ID.test(text) ? (text as DeliveryId) : undefined;
}
