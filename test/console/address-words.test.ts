import { expect, it } from 'vitest';
import { aboutWords, addressWords, mayBeAskedAgain } from '../../console/mail/address-words.ts';
import { noticeAddressSchema } from '../../shared/api/notice-addresses.schema.ts';

const STATUSES = noticeAddressSchema.shape.status.options;

it('each state of an address has words of its own', () => {
  const texts = STATUSES.map((status) => addressWords({ status }).text);
  expect(new Set(texts).size).toBe(STATUSES.length);
});

it('only a confirmed address is not asked again', () => {
  expect(STATUSES.filter((status) => !mayBeAskedAgain({ status }))).toEqual(['confirmed']);
});

it('an address is about all integrations, or about those that are named, also if one is deleted', () => {
  const names = [{ id: 'wh_siem', name: 'SIEM' }];
  expect(aboutWords({}, names)).toBe('All integrations');
  expect(aboutWords({ webhookIds: ['wh_siem', 'wh_gone'] }, names)).toBe('SIEM, a deleted integration');
});
