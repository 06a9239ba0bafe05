/**
 * Tells from a technical code why there was no response. The codes are Node's, OpenSSL's and the operating system's; a
 * code that no table has is `unknown`, at the stage at which it came.
 */
import type { NoResponse, NoResponseCause, ResponseFailure } from './attempt-outcome.ts';

/** Of one address that was tried. */
export interface FailedAddress {
  readonly code: string | undefined;
  readonly isIpv6: boolean;
}

export interface BrokenHandshake {
  readonly code: string | undefined;
  /** Whether the receiver's certificate had come: then its complaint is about ours, which we do not have. */
  readonly isPeerKnown: boolean;
  /** Whether the receiver ended the connection in good order. */
  readonly hasEnded: boolean;
}

export type Phase = 'dns' | 'connect' | 'tls' | 'first-byte' | 'body';

/** This process lacks descriptors or memory: nothing that a receiver has done or could mend. */
const OWN_SHORTAGES = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAI_MEMORY']);

/** An address of a family for which this host has no route, as IPv6 on Lambda outside a VPC. */
const NO_FAMILY = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EHOSTUNREACH']);

/** The system's resolver says the first also of a name without an address, the second of everything that may pass. */
const DNS_CAUSES: Readonly<Record<string, NoResponseCause>> = {
  ENOTFOUND: 'no-such-name',
  EAI_AGAIN: 'dns-unavailable',
};

const CONNECT_CAUSES: Readonly<Record<string, NoResponseCause>> = {
  ECONNREFUSED: 'connection-refused',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout-connect',
  ECONNRESET: 'connection-reset',
};

const CERTIFICATE_CAUSES: Readonly<Record<string, NoResponseCause>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-authority-unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-authority-unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-authority-unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-authority-unknown',
  // An authority that has the name of a known one, and another key.
  CERT_SIGNATURE_FAILURE: 'certificate-authority-unknown',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-host-mismatch',
  INVALID_PURPOSE: 'certificate-unfit',
  // Of all that Node has no name for: a key that is too small, a signature by SHA-1, a name that the authority may not certify.
  UNSPECIFIED: 'certificate-unfit',
};

/**
 * OpenSSL's spelling of an alert varies by version (`SSLV3_ALERT_…`, `SSL/TLS_ALERT_…`): its end does not. Behind the
 * receiver's certificate, when name and ciphers are agreed on, some have another cause.
 */
const TLS_CAUSES: readonly (readonly [end: RegExp, cause: NoResponseCause, behindCertificate?: NoResponseCause])[] = [
  // Of all alerts about a certificate: a receiver can only complain of the client's.
  [/ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA)$/, 'client-certificate-wanted'],
  // Software from before RFC 5746 (2010) lacks safe renegotiation, whatever its version of TLS.
  [/(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|UNSAFE_LEGACY_RENEGOTIATION_DISABLED)$/, 'tls-version'],
  // TLS 1.2 has no alert of its own for a missing client certificate.
  [/ALERT_HANDSHAKE_FAILURE$/, 'tls-no-common-cipher', 'client-certificate-wanted'],
  [/(ALERT_INSUFFICIENT_SECURITY|DH_KEY_TOO_SMALL)$/, 'tls-no-common-cipher'],
  [/UNRECOGNIZED_NAME$/, 'tls-name-refused'],
  // What is written in Go, Caddy and Traefik among them, has an internal error if it finds no certificate for a name.
  [/ALERT_INTERNAL_ERROR$/, 'tls-name-refused', 'unknown'],
  [/ALERT_NO_APPLICATION_PROTOCOL$/, 'tls-protocol-refused'],
  [/WRONG_VERSION_NUMBER$/, 'not-tls'],
];

/** The codes of Node's HTTP parser. */
const PROTOCOL_CAUSES: Readonly<Record<string, NoResponseCause>> = {
  // Content-Length given twice, or beside a Transfer-Encoding (RFC 9112, 6.3).
  HPE_UNEXPECTED_CONTENT_LENGTH: 'contradictory-lengths',
  HPE_INVALID_TRANSFER_ENCODING: 'contradictory-lengths',
  // Of trailers: the head has its bound before the parser sees it.
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** The parser has this code for a length beside chunks and for one that is no number; its reason tells them apart. */
const INVALID_LENGTH = 'HPE_INVALID_CONTENT_LENGTH';

/** The network may fail during a handshake as at any other time. */
const RESET = new Set(['ECONNRESET', 'EPIPE']);

/** A code is a word; the longest of OpenSSL have 45 characters. */
const MAX_CODE_CHARACTERS = 64;

/** The code that stands for an end in good order, which is no error to the operating system. */
const END_OF_FILE = 'EOF';

export function isOwnShortage(code: string | undefined): boolean {
  return code !== undefined && OWN_SHORTAGES.has(code);
}

export function dnsFailure(code: string | undefined): ResponseFailure {
  return failure('dns-failed', DNS_CAUSES[code ?? ''], code);
}

/** The name is known and has no address. The system's resolver reports that as an error. */
export const NO_ADDRESS: ResponseFailure = { error: 'dns-failed', cause: 'no-usable-address' };

/** Of several addresses the first failure counts that says more than "not for this host". */
export function connectFailure(failures: readonly FailedAddress[]): ResponseFailure {
  const telling = failures.find((failed) => !isWithoutFamily(failed));
  if (telling === undefined) {
    return failure('connect-failed', 'no-usable-address', failures[0]?.code);
  }
  return failure('connect-failed', CONNECT_CAUSES[telling.code ?? ''], telling.code);
}

function isWithoutFamily({ code, isIpv6 }: FailedAddress): boolean {
  return isIpv6 && code !== undefined && NO_FAMILY.has(code);
}

export function handshakeFailure({ code, isPeerKnown, hasEnded }: BrokenHandshake): ResponseFailure {
  const interruption = interruptionOf(code, hasEnded);
  if (interruption !== undefined) {
    return interruption;
  }
  return failure('tls-failed', CERTIFICATE_CAUSES[code ?? ''] ?? tlsCause(code, isPeerKnown), code);
}

/** After the handshake. `code` is the parser's or the socket's, `reason` the parser's. */
export function exchangeFailure(code: string | undefined, hasEnded: boolean, reason = ''): ResponseFailure {
  if (code?.startsWith('HPE_')) {
    return failure('protocol-violated', protocolCause(code, reason), code);
  }
  // TLS 1.3 reports some refusals, such as a missing client certificate, only after the handshake; a server of TLS 1.2
  // may ask for one by a second handshake once it has read the path.
  if (code?.startsWith('ERR_SSL_')) {
    return failure('tls-failed', tlsCause(code, true), code);
  }
  return interruptionOf(code, hasEnded) ?? failure('connection-reset', undefined, code);
}

/** As Node's parser names it, whose own limit is out of reach. */
export const HEADERS_TOO_LARGE: ResponseFailure = {
  error: 'protocol-violated',
  cause: 'headers-too-large',
  code: 'HPE_HEADER_OVERFLOW',
};

/** Its head costs more to read than it can be worth. */
export const TOO_MANY_PIECES: ResponseFailure = {
  error: 'protocol-violated',
  cause: 'malformed-response',
  code: 'TOO_MANY_PIECES',
};

/** The receiver speaks another protocol than HTTP/1.1 from here on. */
export const UPGRADE: ResponseFailure = { error: 'protocol-violated', cause: 'malformed-response', code: 'HTTP_101' };

export function timeout(phase: Phase): ResponseFailure {
  return { error: 'timeout', cause: `timeout-${phase}` };
}

function interruptionOf(code: string | undefined, hasEnded: boolean): ResponseFailure | undefined {
  if (hasEnded && (code === undefined || RESET.has(code))) {
    return failure('connection-reset', 'closed-early', END_OF_FILE);
  }
  if (code !== undefined && RESET.has(code)) {
    return failure('connection-reset', 'connection-reset', code);
  }
  return undefined;
}

function protocolCause(code: string, reason: string): NoResponseCause {
  const isBesideChunks = code === INVALID_LENGTH && reason.includes('Transfer-Encoding');
  return isBesideChunks ? 'contradictory-lengths' : (PROTOCOL_CAUSES[code] ?? 'malformed-response');
}

function tlsCause(code: string | undefined, isBehindCertificate: boolean): NoResponseCause | undefined {
  const [, cause, behindCertificate = cause] = TLS_CAUSES.find(([end]) => code !== undefined && end.test(code)) ?? [];
  return isBehindCertificate ? behindCertificate : cause;
}

function failure(error: NoResponse, cause: NoResponseCause | undefined, code: string | undefined): ResponseFailure {
  return { error, cause: cause ?? 'unknown', ...(code !== undefined && { code: asWord(code) }) };
}

/** Rows, logs and sentences have it: no more than a word can get into them. */
function asWord(code: string): string {
  return code.replace(/[^\w/]+/g, '_').slice(0, MAX_CODE_CHARACTERS);
}
