/**
 * The name of "this finding for this webhook". Deterministic, so that a duplicate event is recognised; changed content
 * is a new delivery, deliberately. Sorts by detection time.
 */
import { createHash } from 'node:crypto';
import type { CanonicalFinding, Finding } from '../finding/finding.ts';
import { FIRST_DETECTION, type Lifecycle } from '../finding/lifecycle.ts';
import { type DeliveryId, parseDeliveryId, type TenantId, type WebhookId } from '../runtime/ids.ts';

/** Names what is hashed and how; another scheme would get another one, and so other ids. */
const SCHEME = 'v1';
/** With the event and its revision, for every event but a first detection, whose id stays what it is. */
const LIFECYCLE_SCHEME = 'v2';
/** Crockford's base 32, the alphabet of ULIDs: no I, L, O, U. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;
const RANDOM_BYTES = 10;

/**
 * `dlv_` and a ULID: 48 bits of `detectedAt`, then the first 80 bits of SHA-256 over scheme, tenant, webhook and finding; for a
 * later event also over its name and revision: a finding may be resolved twice with the same content.
 */
export function deliveryIdOf(
  tenantId: TenantId,
  webhookId: WebhookId,
  detectedAt: string,
  finding: CanonicalFinding,
  lifecycle = FIRST_DETECTION,
): DeliveryId {
  // Tenant and webhook ids cannot hold a line feed, so the parts cannot run into each other.
  const digest = createHash('sha256')
    .update([...schemeOf(lifecycle), tenantId, webhookId, finding].join('\n'))
    .digest();
  const random = BigInt(`0x${digest.subarray(0, RANDOM_BYTES).toString('hex')}`);
  const ulid = base32(BigInt(Date.parse(detectedAt)), TIME_CHARACTERS) + base32(random, RANDOM_CHARACTERS);
  const id = parseDeliveryId(`dlv_${ulid}`);
  if (id === undefined) {
    throw new Error(`No delivery id for a detection at ${detectedAt}`);
  }
  return id;
}

function schemeOf({ event, revision }: Lifecycle): readonly string[] {
  const isFirst = event === FIRST_DETECTION.event && revision === FIRST_DETECTION.revision;
  return isFirst ? [SCHEME] : [LIFECYCLE_SCHEME, event, String(revision)];
}

/**
 * Of a notice about a webhook, for the webhook that gets it. Over the finding's id, which names the event that it is about: so
 * the id says that it is a notice, and no publisher's finding has such a one, as its id is over JSON.
 */
export function noticeDeliveryId(
  tenantId: TenantId,
  webhookId: WebhookId,
  { detectedAt, id }: Pick<Finding, 'detectedAt' | 'id'>,
): DeliveryId {
  return deliveryIdOf(tenantId, webhookId, detectedAt, `notice ${id}`);
}

/** The end of the hash, 0-31: evenly spread over deliveries. An id that is not made by us counts as 0. */
export function hashEnd(deliveryId: DeliveryId): number {
  return Math.max(0, CROCKFORD.indexOf(deliveryId.slice(-1)));
}

/** Sorts before all ids of findings detected at this instant (epoch milliseconds) or later, and after all others. */
export function deliveryIdBound(detectedAtMillis: number): string {
  return `dlv_${base32(BigInt(detectedAtMillis), TIME_CHARACTERS)}`;
}

/** When the finding was detected, epoch milliseconds; undefined for an id that is not made by us. */
export function detectedAtOf(id: DeliveryId): number | undefined {
  const digits = [...id.slice('dlv_'.length, 'dlv_'.length + TIME_CHARACTERS)].map((digit) => CROCKFORD.indexOf(digit));
  return digits.length < TIME_CHARACTERS || digits.includes(-1)
    ? undefined
    : digits.reduce((millis, digit) => millis * CROCKFORD.length + digit, 0);
}

/**
 * Sorts a delivery by its arrival among others: its id, with the instant of arrival in place of the detection if it came
 * late. One that did not come late has no other key than its id.
 */
export function arrivalKeyOf(id: DeliveryId, arrivedAt: number | undefined): string {
  return arrivedAt === undefined ? id : `${deliveryIdBound(arrivedAt)}${id.slice('dlv_'.length + TIME_CHARACTERS)}`;
}

function base32(value: bigint, characters: number): string {
  let text = '';
  for (let rest = value; text.length < characters; rest >>= 5n) {
    text = CROCKFORD.charAt(Number(rest & 31n)) + text;
  }
  return text;
}
