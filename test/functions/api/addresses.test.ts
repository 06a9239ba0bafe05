import { describe, expect, it } from 'vitest';
import { anApiWorld } from '../../fakes/api-world.ts';

const PATH = '/v1/addresses.json';
const FIXED = { addresses: ['203.0.113.7', '203.0.113.8'], since: '2026-11-23' };
const PREFIXES = [{ ipv4Prefix: '203.0.113.7/32' }, { ipv4Prefix: '203.0.113.8/32' }];

describe('the addresses that requests come from', () => {
  it('are told to anyone, dated, and may be kept', async () => {
    const { status, json, headers } = await anApiWorld({ egress: FIXED }).ask('GET', PATH, { claims: undefined });
    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 200, cache: 'public, max-age=3600' });
    expect(json).toEqual({
      syncToken: String(Date.UTC(2026, 10, 23) / 1000),
      createDate: '2026-11-23',
      isFixed: true,
      prefixes: PREFIXES,
    });
  });

  it('come with the notice of a change, which has a date and a token of its own', async () => {
    const change = { announced: '2027-01-04', date: '2027-02-01', add: ['198.51.100.0/28'], remove: ['203.0.113.8'] };
    const { json } = await anApiWorld({ egress: { ...FIXED, change } }).ask('GET', PATH);
    expect(json).toEqual({
      syncToken: String(Date.UTC(2027, 0, 4) / 1000),
      createDate: '2027-01-04',
      isFixed: true,
      prefixes: PREFIXES,
      change: {
        date: '2027-02-01',
        add: [{ ipv4Prefix: '198.51.100.0/28' }],
        remove: [{ ipv4Prefix: '203.0.113.8/32' }],
      },
    });
  });

  it('are none where the stage has none, and the document says so', async () => {
    const { json } = await anApiWorld().ask('GET', PATH);
    expect(json).toEqual({ syncToken: '0', isFixed: false, prefixes: [] });
  });
});
