import { BlockList, isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { type Cidr, isAllowedAddress, parseCidr } from '../../../shared/http/address.ts';
import { runs } from '../../thorough.ts';

function isPublicAddress(text: string): boolean {
  return isAllowedAddress(text, []);
}

const seeded = { seed: 20261124, numRuns: runs(5_000) };

/** Written down a second time, with first and last address, and not computed by the code under test. */
const refusedIpv4: readonly (readonly [
  cidr: string,
  before: string | undefined,
  first: string,
  last: string,
  after: string | undefined,
])[] = [
  ['0.0.0.0/8', undefined, '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['10.0.0.0/8', '9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['100.64.0.0/10', '100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['127.0.0.0/8', '126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['169.254.0.0/16', '169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['172.16.0.0/12', '172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['192.0.0.0/24', '191.255.255.255', '192.0.0.0', '192.0.0.255', '192.0.1.0'],
  ['192.0.2.0/24', '192.0.1.255', '192.0.2.0', '192.0.2.255', '192.0.3.0'],
  ['192.31.196.0/24', '192.31.195.255', '192.31.196.0', '192.31.196.255', '192.31.197.0'],
  ['192.52.193.0/24', '192.52.192.255', '192.52.193.0', '192.52.193.255', '192.52.194.0'],
  ['192.88.99.0/24', '192.88.98.255', '192.88.99.0', '192.88.99.255', '192.88.100.0'],
  ['192.168.0.0/16', '192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['192.175.48.0/24', '192.175.47.255', '192.175.48.0', '192.175.48.255', '192.175.49.0'],
  ['198.18.0.0/15', '198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
  ['198.51.100.0/24', '198.51.99.255', '198.51.100.0', '198.51.100.255', '198.51.101.0'],
  ['203.0.113.0/24', '203.0.112.255', '203.0.113.0', '203.0.113.255', '203.0.114.0'],
  ['224.0.0.0/4', '223.255.255.255', '224.0.0.0', '239.255.255.255', undefined],
  ['240.0.0.0/4', undefined, '240.0.0.0', '255.255.255.255', undefined],
  ['168.63.129.16/32', '168.63.129.15', '168.63.129.16', '168.63.129.16', '168.63.129.17'],
];
const max = 'ffff:ffff:ffff:ffff:ffff:ffff';
const refusedIpv6: typeof refusedIpv4 = [
  ['2001::/23', `2000:ffff:${max}`, '2001::', `2001:1ff:${max}`, '2001:200::'],
  ['2001:db8::/32', `2001:db7:${max}`, '2001:db8::', `2001:db8:${max}`, '2001:db9::'],
  ['2002::/16', `2001:ffff:${max}`, '2002::', `2002:ffff:${max}`, '2003::'],
  [
    '2620:4f:8000::/48',
    '2620:4f:7fff:ffff:ffff:ffff:ffff:ffff',
    '2620:4f:8000::',
    '2620:4f:8000:ffff:ffff:ffff:ffff:ffff',
    '2620:4f:8001::',
  ],
  ['3fff::/20', `3ffe:ffff:${max}`, '3fff::', `3fff:fff:${max}`, '3fff:1000::'],
];

describe('isPublicAddress', () => {
  it.each([...refusedIpv4, ...refusedIpv6])('refuses %s and no more', (_cidr, before, first, last, after) => {
    expect([first, last].map(isPublicAddress)).toEqual([false, false]);
    expect([before, after].flatMap((text) => text ?? []).filter((text) => !isPublicAddress(text))).toEqual([]);
  });

  it.each([
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::8.8.8.8', 'IPv4-compatible'],
    ['64:ff9b::8.8.8.8', 'NAT64'],
    ['100::1', 'discard'],
    [`1fff:ffff:${max}`, 'just below 2000::/3'],
    ['4000::', 'just above 2000::/3'],
    ['5f00::1', 'segment routing'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'instance metadata'],
    ['fe80::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['::ffff:0:8.8.8.8', 'IPv4-translated'],
  ])('refuses %s (%s), for it lies outside the global unicast block', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  it.each(['8.8.8.8', '2000::', '2600:1f18::1', '2a05:d018::1', `3ffe:ffff:${max}`])('accepts %s', (text) => {
    expect(isPublicAddress(text)).toBe(true);
  });

  it.each([
    ['::ffff:8.8.8.8', true],
    ['::ffff:808:808', true],
    ['0:0:0:0:0:FFFF:8.8.8.8', true],
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['::ffff:a9fe:a9fe', false],
  ])('judges the IPv4-mapped %s by the address inside: %s', (text, isPublic) => {
    expect(isPublicAddress(text)).toBe(isPublic);
  });

  it.each([
    '',
    ' ',
    'example.com',
    '8.8.8',
    '8.8.8.8.8',
    '8.8.8.256',
    '08.8.8.8',
    '8.8.8.8 ',
    '0x8.8.8.8',
    '134744072',
    '8.8.8.+8',
    '٨.8.8.8',
    ':',
    ':::',
    '2600',
    '2600:',
    ':2600::',
    '2600:::1',
    '2600::1::1',
    '2600:1:2:3:4:5:6',
    '2600:1:2:3:4:5:6:7:8',
    '2600:1:2:3::4:5:6:7',
    '2600::12345',
    '2600::g',
    '2600::8.8.8',
    '2600::8.8.8.8:1',
    '8.8.8.8::',
    '8.8.8.8::1',
    '[2600::1]',
    '2600::1/64',
    '2600::1%eth0',
    'fe80::1%eth0',
  ])('refuses %j, which is no address', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe('isAllowedAddress', () => {
  const loopback = [cidr('127.0.0.0/8'), cidr('::1/128')];

  it.each(['127.0.0.1', '127.255.255.255', '::ffff:127.0.0.1', '::1', '0:0:0:0:0:0:0:1', '8.8.8.8', '2600:1f18::1'])(
    'accepts %s where the loopback addresses are named',
    (text) => {
      expect(isAllowedAddress(text, loopback)).toBe(true);
    },
  );

  it.each(['10.0.0.1', '::2', '::127.0.0.1', '169.254.169.254', 'fe80::1', '::1%lo', 'localhost'])(
    'refuses %s where only the loopback addresses are named',
    (text) => {
      expect(isAllowedAddress(text, loopback)).toBe(false);
    },
  );

  it('refuses what is not public where nothing is named', () => {
    expect(isAllowedAddress('127.0.0.1', [])).toBe(false);
  });
});

describe('parseCidr', () => {
  it.each(['0.0.0.0/0', '10.0.0.0/8', '127.0.0.1/32', '::/0', '::1/128', 'fd00::/8', '::ffff:10.0.0.0/104'])(
    'reads %s',
    (text) => {
      expect(parseCidr(text)).toBeDefined();
    },
  );

  it.each([
    '',
    '/',
    '10.0.0.0',
    '10.0.0.0/',
    '/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0.0/255.0.0.0',
    '::/129',
    '::1',
    'localhost/8',
    '10/8',
    'fe80::1%eth0/128',
  ])('does not read %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it.each(['127.0.0.1/8', '10.0.0.1/31', '::1/64'])('does not read %s, which has bits beyond its prefix', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe('against other implementations', () => {
  const anyIpv4 = fc.oneof(fc.ipV4(), anEdge(refusedIpv4));
  const anyIpv6 = fc.oneof(
    fc.ipV6(),
    anEdge(refusedIpv6),
    // Most of fast-check's addresses lie outside 2000::/3, where there is nothing to tell apart.
    fc
      .tuple(fc.integer({ min: 0x2000, max: 0x3fff }), fc.nat(0xffff))
      .map(([a, b]) => `${a.toString(16)}:${b.toString(16)}::1`),
    fc.ipV4().map((ipv4) => `::ffff:${ipv4}`),
  );

  const almostAddress = fc.oneof(
    anyIpv4,
    anyIpv6,
    fc.string({ unit: fc.constantFrom('0', '1', '255', '256', 'f', 'ffff', '.', '.', ':', ':', '::'), maxLength: 15 }),
  );

  it('reads as an address what node:net reads as one', () =>
    fc.assert(
      fc.property(almostAddress, (text) => {
        expect(isAllowedAddress(text, [cidr('::/0')])).toBe(isIPv4(text) || isIPv6(text));
      }),
      seeded,
    ));

  const blockList = new BlockList();
  for (const [text] of refusedIpv4) {
    blockList.addSubnet(...subnet(text), 'ipv4');
  }
  for (const [text] of refusedIpv6) {
    blockList.addSubnet(...subnet(text), 'ipv6');
  }
  const possiblyPublicIpv6 = new BlockList();
  possiblyPublicIpv6.addSubnet('2000::', 3, 'ipv6');
  // BlockList judges mapped addresses by its IPv4 rules, as we do.
  possiblyPublicIpv6.addSubnet('::ffff:0:0', 96, 'ipv6');

  it('agrees with node:net BlockList about IPv4', () =>
    fc.assert(
      fc.property(anyIpv4, (text) => {
        expect(isPublicAddress(text)).toBe(!blockList.check(text, 'ipv4'));
      }),
      seeded,
    ));

  it('agrees with node:net BlockList about IPv6', () =>
    fc.assert(
      fc.property(anyIpv6, (text) => {
        expect(isPublicAddress(text)).toBe(possiblyPublicIpv6.check(text, 'ipv6') && !blockList.check(text, 'ipv6'));
      }),
      seeded,
    ));

  it('agrees with ipaddr.js but for the three things that ipaddr.js lets pass', () =>
    fc.assert(
      fc.property(fc.oneof(anyIpv4, anyIpv6), (text) => {
        const address = ipaddr.process(text);
        const isWireServer = address.toString() === '168.63.129.16';
        // It calls unicast whatever has no other name.
        const isUnallocatedIpv6 = address instanceof ipaddr.IPv6 && !address.match(ipaddr.parseCIDR('2000::/3'));
        // It reads ::8.8.8.8 as ::ffff:8.8.8.8.
        const isIpv4Compatible = /^::\d+\.\d+\.\d+\.\d+$/.test(text);
        const isLetPass = isWireServer || isUnallocatedIpv6 || isIpv4Compatible;
        expect(isPublicAddress(text)).toBe(address.range() === 'unicast' && !isLetPass);
      }),
      seeded,
    ));
});

function anEdge(table: typeof refusedIpv4) {
  return fc.constantFrom(...table.flatMap(([, ...edges]) => edges.flatMap((edge) => edge ?? [])));
}

function subnet(text: string): [address: string, prefixLength: number] {
  const [address = '', length] = text.split('/');
  return [address, Number(length)];
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) {
    throw new Error(`not a CIDR: ${text}`);
  }
  return parsed;
}
