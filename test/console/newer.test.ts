/** Of two readings the newer is kept, whatever the order in which they arrive. */
import { expect, it } from 'vitest';
import { newerList, newerReading, newerWebhook } from '../../console/api/newer.ts';
import { toHealth } from '../../shared/api/webhook-health.schema.ts';
import { toWebhookResponse, type WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { aWebhook } from '../builders/webhook.ts';

const NONE = { count: 0, isCapped: false };

function aReading(revision: number, asOf: string, failed = 0): WebhookResponse {
  const webhook = aWebhook({ revision, name: `Revision ${revision}` });
  const stats = { asOf, latest: '', failed: { ...NONE, count: failed }, held: NONE };
  return { ...toWebhookResponse(webhook, 0), health: toHealth(webhook, stats, 0) };
}

const NOON = '2026-11-23T12:00:00.000Z';
const LATER = '2026-11-23T12:00:00.001Z';

it('takes the settings of the higher revision, and the health that was read later', () => {
  const merged = newerWebhook(aReading(3, NOON, 1), aReading(2, LATER, 7));
  expect([merged.revision, merged.name, merged.health.failed.count]).toEqual([3, 'Revision 3', 7]);
  expect(newerWebhook(aReading(3, LATER, 1), aReading(4, NOON, 7))).toEqual(
    expect.objectContaining({ revision: 4, health: expect.objectContaining({ asOf: LATER }) }),
  );
});

it('takes what is read of a revision that is known: the service changes the state without a revision', () => {
  const read = { ...aReading(3, LATER), state: 'disabled' as const };
  expect(newerWebhook(aReading(3, NOON), read)).toEqual(read);
});

it('keeps in a list each webhook that is newer, and drops those that the list does not have', () => {
  const known = { webhooks: [aReading(3, NOON), { ...aReading(1, NOON), id: 'wh_gone' }], limit: 50 };
  const list = newerList(known, { webhooks: [aReading(2, LATER)], limit: 50 });
  expect(list.webhooks.map(({ id, revision }) => [id, revision])).toEqual([['wh_siem', 3]]);
});

it('never goes back to figures that were counted earlier', () => {
  expect(newerReading({ asOf: LATER, sum: 2 }, { asOf: NOON, sum: 1 }).sum).toBe(2);
  expect(newerReading({ asOf: NOON, sum: 2 }, { asOf: LATER, sum: 1 }).sum).toBe(1);
});
