import type { NoticeAddress, NoticeAddresses } from '../../shared/mail/notice-address.ts';
import { CREATED_AT } from './webhook.ts';

/** Confirmed, for all webhooks. */
export function aNoticeAddress(overrides: Partial<NoticeAddress> = {}): NoticeAddress {
  return {
    addressId: 'na_ops',
    address: 'ops@acme.example',
    state: 'confirmed',
    stateAt: CREATED_AT,
    addedAt: CREATED_AT,
    addedBy: 'jane',
    askedAt: CREATED_AT,
    ...overrides,
  };
}

export function noticeAddresses(...addresses: readonly NoticeAddress[]): NoticeAddresses {
  return { revision: 1, addresses, askedAt: [] };
}
