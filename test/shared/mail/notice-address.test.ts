import { describe, expect, it } from 'vitest';
import {
  ADDRESS_ASKING,
  addAddress,
  askAgainAt,
  confirmAddress,
  DAY_MILLIS,
  MOST_ADDRESSES,
  NO_ADDRESSES,
  type NoticeAddresses,
  noticeAddressId,
  recipientsOf,
  removeAddress,
  TENANT_ASKING,
  unsubscribeAddress,
} from '../../../shared/mail/notice-address.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aNoticeAddress, noticeAddresses } from '../../builders/notice-address.ts';
import { aWebhookId } from '../../builders/webhook.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const ACME = aTenantId();
const SIEM = aWebhookId();
const CHAT = aWebhookId('wh_chat');
const OPS = 'ops@acme.example';
const OPS_ID = noticeAddressId(ACME, OPS);

function add(list: NoticeAddresses, address = OPS, at = NOON, webhookIds?: readonly (typeof SIEM)[]) {
  const added = addAddress(list, ACME, { address, webhookIds }, { by: 'jane', at });
  return added.kind === 'added' ? added : { ...added, next: list, address: undefined, asks: false };
}

describe('an address that is added', () => {
  it('gets nothing until it is confirmed, then the notices of all webhooks', () => {
    const { next, asks } = add(NO_ADDRESSES);
    expect(asks).toBe(true);
    expect(recipientsOf(next, SIEM)).toEqual([]);
    const confirmed = confirmAddress(next, { addressId: OPS_ID, addedAt: NOON }, NOON + 1);
    expect(confirmed && recipientsOf(confirmed, SIEM)).toMatchObject([
      { address: OPS, state: 'confirmed', stateAt: NOON + 1 },
    ]);
  });

  it('may be for some webhooks', () => {
    const list = noticeAddresses(aNoticeAddress({ webhookIds: [SIEM] }), aNoticeAddress({ addressId: 'b' }));
    expect(recipientsOf(list, SIEM)).toHaveLength(2);
    expect(recipientsOf(list, CHAT).map(({ addressId }) => addressId)).toEqual(['b']);
  });

  it('is the same however it is written, and another one for another tenant', () => {
    expect(noticeAddressId(ACME, 'OPS@acme.Example')).toBe(OPS_ID);
    expect(noticeAddressId(aTenantId('globex'), OPS)).not.toBe(OPS_ID);
    expect(add(add(NO_ADDRESSES).next, 'Ops@acme.example').next.addresses).toHaveLength(1);
  });

  it('again while it is unconfirmed asks again, and the first link stays good', () => {
    const { next, asks } = add(add(NO_ADDRESSES).next, OPS, NOON + 60_000);
    expect(asks).toBe(true);
    expect(next.addresses).toMatchObject([{ addedAt: NOON, askedAt: NOON + 60_000 }]);
    expect(confirmAddress(next, { addressId: OPS_ID, addedAt: NOON }, NOON)).toBeDefined();
  });

  it('again when it is confirmed asks nothing, and changes its webhooks', () => {
    const list = noticeAddresses(aNoticeAddress({ addressId: OPS_ID, webhookIds: [CHAT] }));
    expect(add(list, OPS, NOON, [SIEM])).toMatchObject({
      asks: false,
      address: { state: 'confirmed', webhookIds: [SIEM] },
    });
    expect(add(list).address).not.toHaveProperty('webhookIds');
    expect(add(list).next.askedAt).toEqual([]);
  });

  it('is refused beyond the bound of its tenant, and is not if it is there already', () => {
    const full = noticeAddresses(
      aNoticeAddress({ addressId: OPS_ID }),
      ...Array.from({ length: MOST_ADDRESSES - 1 }, (_, index) => aNoticeAddress({ addressId: `na_${index}` })),
    );
    expect(add(full, 'more@acme.example')).toMatchObject({ kind: 'full' });
    expect(add(full)).toMatchObject({ kind: 'added' });
  });

  it('is refused after so many requests of its tenant in a day, whatever became of their addresses', () => {
    const [{ most } = { most: 0 }] = TENANT_ASKING;
    let list = NO_ADDRESSES;
    for (let asked = 0; asked < most; asked += 1) {
      const { next } = add(list, `stranger-${asked}@victim.example`, NOON + asked);
      list = removeAddress(next, noticeAddressId(ACME, `stranger-${asked}@victim.example`));
    }
    expect(list.addresses).toEqual([]);
    expect(add(list, OPS, NOON + most)).toMatchObject({ kind: 'asked-too-often', againAt: NOON + DAY_MILLIS });
    expect(add(list, OPS, NOON + DAY_MILLIS)).toMatchObject({ kind: 'added' });
  });
});

describe('the requests that one address gets', () => {
  it('are three a day and six in 30 days', () => {
    const asked = [0, 1, 2].map((hour) => NOON + hour);
    expect(askAgainAt(asked.slice(1), ADDRESS_ASKING, NOON + 3)).toBeUndefined();
    expect(askAgainAt(asked, ADDRESS_ASKING, NOON + 3)).toBe(NOON + DAY_MILLIS);
    const six = [...asked, ...asked.map((at) => at + DAY_MILLIS)];
    expect(askAgainAt(six, ADDRESS_ASKING, NOON + 3 * DAY_MILLIS)).toBe(NOON + 30 * DAY_MILLIS);
    expect(askAgainAt(six, ADDRESS_ASKING, NOON + 30 * DAY_MILLIS)).toBeUndefined();
  });
});

describe('an owner who unsubscribes', () => {
  const confirmed = noticeAddresses(aNoticeAddress({ addressId: OPS_ID, addedAt: NOON }));
  const unsubscribed = unsubscribeAddress(confirmed, OPS_ID, NOON + 5);

  it('gets nothing more, and is shown as that', () => {
    expect(recipientsOf(unsubscribed, SIEM)).toEqual([]);
    expect(unsubscribed.addresses).toMatchObject([{ state: 'unsubscribed', stateAt: NOON + 5 }]);
  });

  it('is not brought back by an old link to confirm, nor by a second click', () => {
    expect(confirmAddress(unsubscribed, { addressId: OPS_ID, addedAt: NOON }, NOON + 6)).toBeUndefined();
    expect(unsubscribeAddress(unsubscribed, OPS_ID, NOON + 7)).toBe(unsubscribed);
  });

  it('confirms again by a new request alone', () => {
    const { next } = add(unsubscribed, OPS, NOON + 100);
    expect(recipientsOf(next, SIEM)).toEqual([]);
    expect(confirmAddress(next, { addressId: OPS_ID, addedAt: NOON }, NOON + 200)).toBeUndefined();
    expect(confirmAddress(next, { addressId: OPS_ID, addedAt: NOON + 100 }, NOON + 200)).toBeDefined();
  });
});

it('a link to confirm an address that was removed is void, and a second click on a good one changes nothing', () => {
  const list = add(NO_ADDRESSES).next;
  expect(confirmAddress(removeAddress(list, OPS_ID), { addressId: OPS_ID, addedAt: NOON }, NOON)).toBeUndefined();
  const confirmed = confirmAddress(list, { addressId: OPS_ID, addedAt: NOON }, NOON);
  expect(confirmed && confirmAddress(confirmed, { addressId: OPS_ID, addedAt: NOON }, NOON + 1)).toBe(confirmed);
});
