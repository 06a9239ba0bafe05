/**
 * The addresses that get a tenant's notices by e-mail. Nothing is sent to an address but one request to confirm it, until its
 * owner has done so; who unsubscribes gets no more. Each change is the next list, written if no other has been written since.
 */
import { createHash } from 'node:crypto';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import { sameAddress } from './mail-address.ts';

/** `unsubscribed` stays in the list, so that people see why nothing comes. */
export type NoticeAddressState = 'unconfirmed' | 'confirmed' | 'unsubscribed';

/** Instants are epoch milliseconds. */
export interface NoticeAddress {
  readonly addressId: string;
  readonly address: string;
  /** Whose notices go there; absent: those of all webhooks. */
  readonly webhookIds?: readonly WebhookId[];
  readonly state: NoticeAddressState;
  /** Since when it is in this state. */
  readonly stateAt: number;
  /** When it became `unconfirmed`: a link to confirm is good for this time alone. */
  readonly addedAt: number;
  readonly addedBy: string;
  /** The latest request to confirm it. */
  readonly askedAt: number;
}

export interface NoticeAddresses {
  /** 0 before the first write. */
  readonly revision: number;
  readonly addresses: readonly NoticeAddress[];
  /** The requests to confirm of the last day, whatever became of their addresses. */
  readonly askedAt: readonly number[];
}

export const NO_ADDRESSES: NoticeAddresses = { revision: 0, addresses: [], askedAt: [] };

/** Of a tenant. A larger group of people has a mailing list. */
export const MOST_ADDRESSES = 10;

const HOUR_MILLIS = 60 * 60 * 1000;
export const DAY_MILLIS = 24 * HOUR_MILLIS;

/** So long a link to confirm is good: over a weekend. */
export const CONFIRM_WITHIN_MILLIS = 3 * DAY_MILLIS;

export interface AskingLimit {
  readonly most: number;
  readonly withinMillis: number;
}

/** Requests to confirm that a tenant may cause. */
export const TENANT_ASKING: readonly AskingLimit[] = [{ most: 20, withinMillis: DAY_MILLIS }];

/** Requests to confirm that one address may get, over all tenants: it may belong to a stranger. */
export const ADDRESS_ASKING: readonly AskingLimit[] = [
  { most: 3, withinMillis: DAY_MILLIS },
  { most: 6, withinMillis: 30 * DAY_MILLIS },
];

/** From when on another request may be made; undefined: now. */
export function askAgainAt(
  askedAt: readonly number[],
  limits: readonly AskingLimit[],
  nowMillis: number,
): number | undefined {
  const waits = limits.flatMap(({ most, withinMillis }) => {
    const recent = askedAt.filter((at) => at > nowMillis - withinMillis).toSorted((a, b) => a - b);
    const oldest = recent.at(-most);
    return oldest === undefined ? [] : [oldest + withinMillis];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** The same address of the same tenant has the same id at all times. */
export function noticeAddressId(tenantId: TenantId, address: string): string {
  const hash = createHash('sha256').update(JSON.stringify([tenantId, sameAddress(address)]));
  return `na_${hash.digest('hex').slice(0, 20)}`;
}

export interface AskedFor {
  readonly address: string;
  readonly webhookIds?: readonly WebhookId[] | undefined;
}

export type Added =
  | { readonly kind: 'added'; readonly next: NoticeAddresses; readonly address: NoticeAddress; readonly asks: boolean }
  | { readonly kind: 'full' }
  | { readonly kind: 'asked-too-often'; readonly againAt: number };

/** Also what changes the webhooks of an address, and what asks once more for its confirmation. */
export function addAddress(
  list: NoticeAddresses,
  tenantId: TenantId,
  { address, webhookIds }: AskedFor,
  { by, at }: { readonly by: string; readonly at: number },
): Added {
  const addressId = noticeAddressId(tenantId, address);
  const before = findAddress(list, addressId);
  if (before?.state === 'confirmed') {
    const { webhookIds: _before, ...rest } = before;
    const changed = { ...rest, ...(webhookIds && { webhookIds }) };
    return { kind: 'added', next: withAddress(list, changed), address: changed, asks: false };
  }
  if (before === undefined && list.addresses.length >= MOST_ADDRESSES) {
    return { kind: 'full' };
  }
  const againAt = askAgainAt(list.askedAt, TENANT_ASKING, at);
  if (againAt !== undefined) {
    return { kind: 'asked-too-often', againAt };
  }
  const since = before?.state === 'unconfirmed' ? before.addedAt : at;
  const added: NoticeAddress = {
    ...{ addressId, address, ...(webhookIds && { webhookIds }) },
    ...{ state: 'unconfirmed', stateAt: since, addedAt: since, addedBy: by, askedAt: at },
  };
  const askedAt = [...list.askedAt.filter((asked) => asked > at - DAY_MILLIS), at];
  return { kind: 'added', next: { ...withAddress(list, added), askedAt }, address: added, asks: true };
}

/** Undefined if the request to confirm is void: the address was removed, or unsubscribed, since. */
export function confirmAddress(
  list: NoticeAddresses,
  { addressId, addedAt }: Pick<NoticeAddress, 'addressId' | 'addedAt'>,
  nowMillis: number,
): NoticeAddresses | undefined {
  const address = findAddress(list, addressId);
  if (address === undefined || address.addedAt !== addedAt || address.state === 'unsubscribed') {
    return undefined;
  }
  return address.state === 'confirmed'
    ? list
    : withAddress(list, { ...address, state: 'confirmed', stateAt: nowMillis });
}

/** The list itself if there is nothing to change. */
export function unsubscribeAddress(list: NoticeAddresses, addressId: string, nowMillis: number): NoticeAddresses {
  const address = findAddress(list, addressId);
  return address === undefined || address.state === 'unsubscribed'
    ? list
    : withAddress(list, { ...address, state: 'unsubscribed', stateAt: nowMillis });
}

export function removeAddress(list: NoticeAddresses, addressId: string): NoticeAddresses {
  return { ...list, addresses: list.addresses.filter((address) => address.addressId !== addressId) };
}

export function findAddress({ addresses }: NoticeAddresses, addressId: string): NoticeAddress | undefined {
  return addresses.find((address) => address.addressId === addressId);
}

/** Those that get the notices about a webhook. */
export function recipientsOf({ addresses }: NoticeAddresses, webhookId: WebhookId): readonly NoticeAddress[] {
  return addresses.filter((address) => getsNoticesOf(address, webhookId));
}

export function getsNoticesOf({ state, webhookIds }: NoticeAddress, webhookId: WebhookId): boolean {
  return state === 'confirmed' && (webhookIds === undefined || webhookIds.includes(webhookId));
}

function withAddress(list: NoticeAddresses, changed: NoticeAddress): NoticeAddresses {
  const others = list.addresses.filter(({ addressId }) => addressId !== changed.addressId);
  return { ...list, addresses: [...others, changed].toSorted((a, b) => (a.addressId < b.addressId ? -1 : 1)) };
}
