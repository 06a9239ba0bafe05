/**
 * Whether a URL may be a webhook's destination, judged by its text alone; the same rules at configuration and at send.
 * What its name resolves to is not known here: that is checked at every send, by `isAllowedAddress`.
 */
import { type Cidr, isAllowedAddress } from './address.ts';

export interface WebhookUrlRules {
  /** Local and test stages only: addresses allowed besides public ones. Any entry also allows the name `localhost`. */
  readonly allowedCidrs: readonly Cidr[];
  /** The service's own API hosts: a webhook to them would make the service call itself. */
  readonly ownHosts: readonly string[];
}

export type UrlRefusal =
  | 'unreadable'
  | 'stray-characters'
  | 'no-scheme'
  | 'not-https'
  | 'credentials-in-url'
  | 'port-refused'
  | 'too-long'
  | 'host-refused'
  | 'address-refused';

/** An accepted URL with the parts a client needs, so that no code parses it a second time and reads it differently. */
export interface AcceptedUrl {
  readonly kind: 'accepted';
  /** The normalised text: the only form to keep. A fragment stays in it but is never sent. */
  readonly url: string;
  readonly origin: string;
  /** A name without trailing dot, or an IP address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Name and port, as they go into the Host header. */
  readonly host: string;
  /** Path and query, as they go on the request line. */
  readonly path: string;
}

export interface RefusedUrl {
  readonly kind: 'refused';
  readonly reason: UrlRefusal;
  /** One sentence for the user. It is the same for every refused host, and for every refused address. */
  readonly message: string;
}

export const MAX_WEBHOOK_URL_CHARACTERS = 2048;
/** The longest name DNS can carry (RFC 1035, 255 octets on the wire). */
const MAX_HOST_CHARACTERS = 253;
/**
 * As typed, with percent signs decoded: a character makes at least one octet, or composes with the one before it. The
 * parser takes the square of this.
 */
const MAX_TYPED_HOST_CHARACTERS = 2 * MAX_HOST_CHARACTERS;
/** Below it live the well-known services (SMTP, SSH, Redis' neighbours) that no webhook receiver shares a port with. */
const MIN_UNPRIVILEGED_PORT = 1024;
const HTTPS_PORT = 443;
const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;

/** Of a name in DNS, as the parser leaves it (RFC 1035, 2.3.1; underscores are in use). The parser also takes `*`, `!`, `'` and more. */
const LABEL = /^[a-z\d_-]{1,63}$/;

/** Names that are only meaningful inside some network (RFC 6761, 6762, 7686, 8375), with all names below them. */
const REFUSED_DOMAINS = [
  'localhost',
  'local',
  'internal',
  'localdomain',
  'home.arpa',
  'onion',
  'test',
  'invalid',
] as const;

/** The host as it was typed, before the parser maps it. */
const TYPED_HOST = /^[a-z]+:\/*([^/?#]*)/i;

/** Letters that the two versions of IDNA read as different names (RFC 5894, 7.2: the deviation characters). */
const DEVIATION_CHARACTERS = /[\u00df\u03c2\u200c\u200d]/u;

/** What is invisible (soft hyphens, spaces of no width), and the ideographic full stop, which the parser takes for a dot. */
const DISGUISES = /[\p{Default_Ignorable_Code_Point}\u3002]/u;

const messages: Readonly<Record<UrlRefusal, string>> = {
  unreadable: 'This is not a valid URL.',
  'stray-characters': 'A URL has no spaces, line breaks or backslashes, also not around it: remove them.',
  'no-scheme': 'Webhook URLs begin with https://. Add it in front.',
  'not-https': 'Webhook URLs must use HTTPS.',
  'credentials-in-url': 'Webhook URLs must not contain a user name or password.',
  'port-refused': 'Webhook URLs must use port 443, or a port from 1024 up.',
  'too-long': `Webhook URLs must not be longer than ${MAX_WEBHOOK_URL_CHARACTERS} characters.`,
  'host-refused': 'Webhook URLs must name a public host.',
  'address-refused': 'The destination address is not allowed.',
};

export function checkWebhookUrl(raw: string, rules: WebhookUrlRules): AcceptedUrl | RefusedUrl {
  // Before parsing: the parser drops or rewrites these silently, and the user would not see what is registered.
  if (/[\p{Cc}\s\\]/u.test(raw)) {
    return refuse('stray-characters');
  }
  const host = typedHost(raw);
  if (host === undefined) {
    return refuse('unreadable');
  }
  if (host.length > MAX_TYPED_HOST_CHARACTERS) {
    return refuse('host-refused');
  }
  if (!SCHEME.test(raw) && isHostAlone(raw)) {
    return refuse('no-scheme');
  }
  const url = URL.parse(raw);
  if (url === null) {
    return refuse('unreadable');
  }
  if (url.protocol !== 'https:') {
    return refuse('not-https');
  }
  if (url.username !== '' || url.password !== '') {
    return refuse('credentials-in-url');
  }
  // The parser leaves out 443, the default.
  if (url.port !== '' && Number(url.port) < MIN_UNPRIVILEGED_PORT) {
    return refuse('port-refused');
  }
  if (url.hostname.endsWith('.')) {
    url.hostname = url.hostname.slice(0, -1);
  }
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const refusal = isAddressLiteral(hostname) ? judgeAddress(hostname, rules) : judgeName(host, hostname, rules);
  if (refusal !== undefined) {
    return refuse(refusal);
  }
  if (url.href.length > MAX_WEBHOOK_URL_CHARACTERS) {
    return refuse('too-long');
  }
  return {
    kind: 'accepted',
    url: url.href,
    origin: url.origin,
    hostname,
    port: url.port === '' ? HTTPS_PORT : Number(url.port),
    host: url.host,
    path: `${url.pathname}${url.search}`,
  };
}

/** A host name or an address alone, with a port or a path: the parser takes the name before a port for a scheme. */
function isHostAlone(raw: string): boolean {
  const withScheme = `https://${raw}`;
  if ((typedHost(withScheme)?.length ?? Number.POSITIVE_INFINITY) > MAX_TYPED_HOST_CHARACTERS) {
    return false;
  }
  const url = URL.parse(withScheme);
  return url !== null && url.username === '' && url.hostname.includes('.');
}

/** A comma-separated list of names, as an environment variable holds it. */
export function parseHostList(text: string): readonly string[] {
  return text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
}

/**
 * A host in look-alike characters: the parser turns them into plain letters, other software into other names, and a
 * person reads a third one. Letters with accents and other scripts are fine.
 */
function isAmbiguousHost(typed: string): boolean {
  return (
    DEVIATION_CHARACTERS.test(typed) || DISGUISES.test(typed) || typed.normalize('NFKC') !== typed.normalize('NFC')
  );
}

/** Decoded, as the parser does before it maps it; undefined for what stands for no text. */
function typedHost(raw: string): string | undefined {
  try {
    return decodeURIComponent(TYPED_HOST.exec(raw)?.[1] ?? '');
  } catch {
    return undefined;
  }
}

/** After URL parsing a host is an address exactly if it has a colon (IPv6) or ends in a number (IPv4). */
function isAddressLiteral(hostname: string): boolean {
  return /:|\.\d+$/.test(hostname);
}

function judgeAddress(hostname: string, rules: WebhookUrlRules): UrlRefusal | undefined {
  return isAllowedAddress(hostname, rules.allowedCidrs) ? undefined : 'address-refused';
}

function judgeName(typed: string, hostname: string, rules: WebhookUrlRules): UrlRefusal | undefined {
  if (hostname === 'localhost' && rules.allowedCidrs.length > 0) {
    return undefined;
  }
  const labels = hostname.split('.');
  const isRefused =
    hostname.length > MAX_HOST_CHARACTERS ||
    labels.length < 2 ||
    !labels.every((label) => LABEL.test(label)) ||
    isAmbiguousHost(typed) ||
    REFUSED_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`)) ||
    rules.ownHosts.some((ownHost) => ownHost.toLowerCase() === hostname);
  return isRefused ? 'host-refused' : undefined;
}

function refuse(reason: UrlRefusal): RefusedUrl {
  return { kind: 'refused', reason, message: messages[reason] };
}
