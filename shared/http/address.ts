/**
 * Which IP addresses a webhook may be sent to: what is publicly routable, and what a stage names besides.
 * Knows nothing of names, sockets or DNS, and parses by itself, so that the console can apply the same rules.
 */

/**
 * Every address is one 128-bit number; an IPv4 address is its IPv4-mapped form (::ffff:a.b.c.d).
 * So a mapped address is judged by the IPv4 inside it, by rules and by allowed CIDRs alike, without a special case.
 */
type AddressBits = bigint;

/** An inclusive range of addresses. Make it with `parseCidr`. */
export interface Cidr {
  readonly first: AddressBits;
  readonly last: AddressBits;
}

const IPV4_BITS = 32;
const IPV6_BITS = 128;
const MAPPED_PREFIX_BITS = IPV6_BITS - IPV4_BITS;
const MAPPED_PREFIX: AddressBits = 0xffffn << BigInt(IPV4_BITS);

const mappedIpv4 = namedCidr('::ffff:0:0/96');

const refusedIpv4: readonly Cidr[] = [
  namedCidr('0.0.0.0/8'), // this network
  namedCidr('10.0.0.0/8'), // private
  namedCidr('100.64.0.0/10'), // carrier-grade NAT
  namedCidr('127.0.0.0/8'), // loopback; on Lambda the Runtime API, through which an invocation's answer can be forged
  namedCidr('169.254.0.0/16'), // link-local: instance metadata, container credentials, VPC resolver
  namedCidr('172.16.0.0/12'), // private
  namedCidr('192.0.0.0/24'), // IETF protocol assignments
  namedCidr('192.0.2.0/24'), // documentation, TEST-NET-1
  namedCidr('192.31.196.0/24'), // AS112
  namedCidr('192.52.193.0/24'), // AMT
  namedCidr('192.88.99.0/24'), // 6to4 relay anycast, deprecated
  namedCidr('192.168.0.0/16'), // private
  namedCidr('192.175.48.0/24'), // AS112, direct delegation
  namedCidr('198.18.0.0/15'), // benchmarking
  namedCidr('198.51.100.0/24'), // documentation, TEST-NET-2
  namedCidr('203.0.113.0/24'), // documentation, TEST-NET-3
  namedCidr('224.0.0.0/4'), // multicast
  namedCidr('240.0.0.0/4'), // reserved, and broadcast
  namedCidr('168.63.129.16/32'), // public by number, but Azure's WireServer
];

/** The only part of IPv6 from which public addresses are given out (IANA, Global Unicast). */
const globalUnicastIpv6 = namedCidr('2000::/3');

const refusedIpv6: readonly Cidr[] = [
  namedCidr('2001::/23'), // IETF protocol assignments: Teredo, ORCHID, benchmarking
  namedCidr('2001:db8::/32'), // documentation
  namedCidr('2002::/16'), // 6to4: wraps any IPv4 address, private ones included
  namedCidr('2620:4f:8000::/48'), // AS112, direct delegation
  namedCidr('3fff::/20'), // documentation
];

/**
 * Reads `address/prefix-length`, IPv4 or IPv6. Undefined if it is not one, or if bits are set beyond the prefix:
 * `10.1.2.3/8` is more often a typing error than a rule that allows all of `10.0.0.0/8`.
 */
export function parseCidr(text: string): Cidr | undefined {
  const parts = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const [, address = '', length = ''] = parts ?? [];
  const first = parseAddress(address);
  if (first === undefined) {
    return undefined;
  }
  const prefixBits = Number(length) + (address.includes(':') ? 0 : MAPPED_PREFIX_BITS);
  if (prefixBits > IPV6_BITS) {
    return undefined;
  }
  const hostMask = (1n << BigInt(IPV6_BITS - prefixBits)) - 1n;
  return (first & hostMask) === 0n ? { first, last: first | hostMask } : undefined;
}

/**
 * Whether requests may go to this address: public, or inside a CIDR that the stage names. What cannot be read as an
 * address may not.
 */
export function isAllowedAddress(text: string, allowedCidrs: readonly Cidr[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && (isPublic(address) || isInAny(address, allowedCidrs));
}

function isPublic(address: AddressBits): boolean {
  return isIn(address, mappedIpv4)
    ? !isInAny(address, refusedIpv4)
    : isIn(address, globalUnicastIpv6) && !isInAny(address, refusedIpv6);
}

function isInAny(address: AddressBits, cidrs: readonly Cidr[]): boolean {
  return cidrs.some((cidr) => isIn(address, cidr));
}

function isIn(address: AddressBits, cidr: Cidr): boolean {
  return cidr.first <= address && address <= cidr.last;
}

function parseAddress(text: string): AddressBits | undefined {
  if (text.includes(':')) {
    return parseIpv6(text);
  }
  const ipv4 = parseIpv4(text);
  return ipv4 === undefined ? undefined : MAPPED_PREFIX | ipv4;
}

/** Dotted decimal and nothing else: a leading zero, which some readers take for octal, is refused. */
function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) {
    return undefined;
  }
  let value = 0n;
  for (const octet of octets) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) {
      return undefined;
    }
    value = (value << 8n) | BigInt(octet);
  }
  return value;
}

/** RFC 4291 text: eight groups, one `::` for one or more of zeros, an IPv4 tail. A zone id (`%eth0`) is refused. */
function parseIpv6(text: string): bigint | undefined {
  const sides = text.split('::');
  const [head = '', tail] = sides;
  if (sides.length > 2) {
    return undefined;
  }
  const headGroups = parseGroups(head, tail === undefined);
  const tailGroups = parseGroups(tail ?? '', true);
  if (headGroups === undefined || tailGroups === undefined) {
    return undefined;
  }
  const missing = 8 - headGroups.length - tailGroups.length;
  if (tail === undefined ? missing !== 0 : missing < 1) {
    return undefined;
  }
  return [...headGroups, ...Array<bigint>(missing).fill(0n), ...tailGroups].reduce(
    (value, group) => (value << 16n) | group,
    0n,
  );
}

/** The 16-bit groups of one side of `::`; only the address's last group may be written as IPv4, which makes two. */
function parseGroups(text: string, endsAddress: boolean): readonly bigint[] | undefined {
  if (text === '') {
    return [];
  }
  const groups: bigint[] = [];
  const words = text.split(':');
  for (const [index, word] of words.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(word)) {
      groups.push(BigInt(`0x${word}`));
      continue;
    }
    const ipv4 = endsAddress && index === words.length - 1 ? parseIpv4(word) : undefined;
    if (ipv4 === undefined) {
      return undefined;
    }
    groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
  }
  return groups;
}

function namedCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    throw new TypeError(`not a CIDR: ${text}`);
  }
  return cidr;
}

/** A comma-separated list, as an environment variable holds it. Throws on an entry that is no CIDR, naming it. */
export function parseCidrList(text: string): readonly Cidr[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const cidr = parseCidr(entry);
      if (cidr === undefined) {
        throw new RangeError(`not a CIDR: ${entry}`);
      }
      return cidr;
    });
}
