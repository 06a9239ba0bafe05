/** Every kind of receiver that a tenant may have or make: how it behaves, and what must come of an attempt. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { aCertificateFor, aCertificateWith, type TestCertificate } from '../builders/certificate.ts';
import {
  type Behaviour,
  flood,
  type HostileServerOptions,
  hang,
  hangUp,
  reply,
  reset,
  sendInParts,
  sendRaw,
  startHostileServer,
  startPlainHttpServer,
  startRawServer,
  trickle,
} from '../fakes/hostile-server.ts';

export const HOST = 'receiver.example.com';

export interface HostileKind {
  readonly name: string;
  /** The status, or the word for the cause, or both. */
  readonly outcome: string;
  /** Whether the connection stays open for the next request. */
  readonly isKept?: true;
  /** What the name server says in place of loopback. */
  readonly addresses?: readonly string[] | 'hanging' | 'unknown';
  /** Whether the webhook has 20 headers of 2 KB, all of them secret. */
  readonly hasLongSecrets?: true;
  /** Absent where no receiver is reached. */
  readonly start?: (certificates: Certificates) => Promise<Started>;
}

interface Started {
  readonly port: number;
}

export interface Certificates {
  readonly good: TestCertificate;
  readonly withManyNames: TestCertificate;
  readonly expired: TestCertificate;
  readonly early: TestCertificate;
  readonly ofAnotherHost: TestCertificate;
  readonly selfSigned: TestCertificate;
  readonly ofNoAuthority: TestCertificate;
  readonly ofClients: TestCertificate;
}

const DAY_MILLIS = 24 * 60 * 60 * 1000;
const MANY_NAMES = 500;

export async function makeCertificates(nowMillis: number): Promise<Certificates> {
  const at = (days: number) => new Date(nowMillis + days * DAY_MILLIS);
  const names = Array.from({ length: MANY_NAMES }, (_, index) => `name-${index}.example.com`);
  return {
    good: await aCertificateFor(HOST),
    withManyNames: await aCertificateFor('many.example.com', HOST, ...names),
    expired: await aCertificateWith({ notBefore: at(-2), notAfter: at(-1) }, HOST),
    early: await aCertificateWith({ notBefore: at(1) }, HOST),
    ofAnotherHost: await aCertificateFor('another.example.com'),
    selfSigned: await aCertificateFor(HOST),
    ofNoAuthority: await aCertificateWith({ issuer: await aCertificateFor('An authority') }, HOST),
    ofClients: await aCertificateWith({ isForClients: true }, HOST),
  };
}

/** Those that a client trusts besides the usual roots. */
export function trusted({ good, withManyNames, expired, early, ofAnotherHost, ofClients }: Certificates): string {
  return [good, withManyNames, expired, early, ofAnotherHost, ofClients].map(({ cert }) => cert).join('\n');
}

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const SIXTY_MEGABYTES = 60 * 1024 * 1024;
const HTML = { 'content-type': 'text/html; charset=UTF-8' };
/** Of AWS WAF, for a client that does not ask for HTML. */
const WAF = { 'x-amzn-waf-action': 'challenge' };
const CHALLENGE = '<!DOCTYPE html><title>Just a moment...</title><script>window._cf_chl_opt={}</script>';

/** A fatal alert in place of the rest of the handshake (RFC 8446, 6). */
function alert(description: string): Parameters<typeof startRawServer>[0] {
  return (socket) => socket.once('data', () => socket.end(Buffer.from(`150303000202${description}`, 'hex')));
}

/** All answer over TLS with a good certificate. */
function answering(
  name: string,
  outcome: string,
  behaviour: Behaviour,
  more: Partial<HostileKind> & { readonly options?: HostileServerOptions } = {},
): HostileKind {
  const { options, ...rest } = more;
  return { name, outcome, start: ({ good }) => startHostileServer(good, behaviour, options), ...rest };
}

function withCertificate(name: string, outcome: string, which: keyof Certificates): HostileKind {
  return { name, outcome, start: (certificates) => startHostileServer(certificates[which], reply(204)) };
}

function belowTls(name: string, outcome: string, onConnection: Parameters<typeof startRawServer>[0]): HostileKind {
  return { name, outcome, start: () => startRawServer(onConnection) };
}

const KEPT = { isKept: true } as const;

const ANSWERS: readonly HostileKind[] = [
  answering('accepts', '204', reply(204), KEPT),
  answering('fails with 60 KB of text', '500', reply(500, {}, 'x'.repeat(60_000)), KEPT),
  answering('echoes 20 secret headers of 2 KB in its error', '500', echo, { ...KEPT, hasLongSecrets: true }),
  answering('redirects to the metadata service', '302', reply(302, { location: 'http://169.254.169.254/' }), KEPT),
  answering('redirects to a URL of 8 KB', '308', reply(308, { location: `/${'a'.repeat(8_000)}` }), KEPT),
  answering('is behind a challenge page, 403', '403, challenge-page', reply(403, HTML, CHALLENGE), KEPT),
  answering('is behind a challenge page, 200', '200, challenge-page', reply(200, HTML, CHALLENGE), KEPT),
  answering('is behind a challenge without a page, 202', '202, challenge-page', reply(202, WAF), KEPT),
  answering('is a page for people', '403, web-page', reply(403, HTML, '<html>Sign in</html>'), KEPT),
];

const UNASKED: readonly HostileKind[] = [
  answering('sends 100 Continue twice first', '200', sendRaw(CONTINUE + CONTINUE + OK), KEPT),
  answering('sends 100 Continue a byte at a time', '200', sendInParts(...CONTINUE, OK), KEPT),
  answering('sends interim responses without end', 'headers-too-large', endless(CONTINUE)),
  answering('folds its headers', '200', sendRaw(OK.replace('\r\n', '\r\nx-a: 1\r\n 2\r\n')), KEPT),
  answering('sends 60 KB of headers', '200', reply(200, { 'x-a': 'a'.repeat(60_000) }), KEPT),
  answering(
    'sends headers without end',
    'headers-too-large',
    endless('x-a: aaaaaaaaaaaaaaaa\r\n', 'HTTP/1.1 200 OK\r\n'),
  ),
  answering('sends one header without end', 'headers-too-large', endless('a'.repeat(64), 'HTTP/1.1 200 OK\r\nx-a: ')),
  answering('sends a second response, unasked', '200', sendRaw(OK + OK)),
  answering('speaks before the request', '503', hang, {
    ...KEPT,
    options: { greeting: 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n' },
  }),
  answering('changes the protocol', 'malformed-response', sendRaw('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
];

const BODIES: readonly HostileKind[] = [
  answering('sends a gigabyte', '200', flood),
  answering('sends 60 MB in gzip', '500', compressed('gzip', gzipSync), KEPT),
  answering('sends 60 MB in brotli', '500', compressed('br', brotliQuickly), KEPT),
  answering('calls plain text gzip', '500', reply(500, { 'content-encoding': 'gzip' }, 'plain'), KEPT),
  answering('sends 60 KB in chunks of a byte', '200', sendRaw(`${CHUNKED}${'1\r\na\r\n'.repeat(60_000)}0\r\n\r\n`)),
  answering(
    'sends 60 KB in TLS records of a byte',
    '200',
    inRecords('HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n'),
  ),
  answering(
    'sends 60 KB of headers in TLS records of a byte',
    'malformed-response',
    inRecords('HTTP/1.1 200 OK\r\nx: '),
  ),
  answering('sends a chunk extension without end', 'malformed-response', endless('a'.repeat(64), `${CHUNKED}1;`)),
  answering('sends trailers without end', 'headers-too-large', endless('x-a: aaaaaaaaaaaaaaaa\r\n', `${CHUNKED}0\r\n`)),
];

const BROKEN: readonly HostileKind[] = [
  answering('resets', 'connection-reset', reset),
  answering('closes without a response', 'closed-early', hangUp),
  answering('closes in the head', 'closed-early', endWith('HTTP/1.1 200 OK\r\nconte')),
  answering('closes in the body', 'closed-early', endWith('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab')),
  answering('closes in a chunk', 'closed-early', endWith(`${CHUNKED}5\r\nab`)),
  answering(
    'states two lengths',
    'contradictory-lengths',
    sendRaw(OK.replace('\r\n\r\n', '\r\ncontent-length: 3\r\n\r\n')),
  ),
  answering(
    'states a length beside chunks',
    'contradictory-lengths',
    sendRaw(CHUNKED.replace('chunked', 'chunked\r\ncontent-length: 2')),
  ),
  answering('states a length of letters', 'malformed-response', sendRaw(OK.replace('2', 'two'))),
  answering('sends a broken chunk', 'malformed-response', sendRaw(`${CHUNKED}zz\r\n`)),
  answering('speaks SMTP within TLS', 'malformed-response', sendRaw('220 smtp.example.com ESMTP\r\n')),
  answering('ends lines by line feeds', 'malformed-response', sendRaw(OK.replaceAll('\r\n', '\n'))),
];

const SLOW: readonly HostileKind[] = [
  answering('never answers', 'timeout-first-byte', hang),
  answering('answers a byte of the body at a time', 'timeout-body', trickle(5)),
  answering('answers a byte of the head at a time', 'timeout-body', drip),
  answering('never speaks, not even TLS', 'timeout-tls', hang, { options: { isSilent: true } }),
  belowTls('begins a TLS record and stops', 'timeout-tls', (socket) =>
    socket.once('data', () => socket.write('\x16\x03\x03')),
  ),
];

const TLS: readonly HostileKind[] = [
  { ...withCertificate('has a certificate of 500 names', '204', 'withManyNames'), ...KEPT },
  withCertificate('has an expired certificate', 'certificate-expired', 'expired'),
  withCertificate('has a certificate of tomorrow', 'certificate-not-yet-valid', 'early'),
  withCertificate('has a self-signed certificate', 'certificate-self-signed', 'selfSigned'),
  withCertificate('has a certificate of an unknown authority', 'certificate-authority-unknown', 'ofNoAuthority'),
  withCertificate('has a certificate for another host', 'certificate-host-mismatch', 'ofAnotherHost'),
  withCertificate('has a certificate for clients', 'certificate-unfit', 'ofClients'),
  answering('wants a client certificate, TLS 1.2', 'client-certificate-wanted', reply(204), {
    options: { tls: { requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' } },
  }),
  answering('wants a client certificate, TLS 1.3', 'client-certificate-wanted', reply(204), {
    options: { tls: { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' } },
  }),
  answering('speaks TLS 1.1', 'tls-version', reply(204), {
    options: { tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } },
  }),
  answering('has no cipher of ours', 'tls-no-common-cipher', reply(204), {
    options: { tls: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' } },
  }),
  belowTls('resets in the handshake', 'connection-reset', (socket) =>
    socket.once('data', () => socket.resetAndDestroy()),
  ),
  belowTls('closes in the handshake', 'closed-early', (socket) => socket.once('data', () => socket.end())),
  belowTls('has no certificate for the name, as Caddy', 'tls-name-refused', alert('50')),
  belowTls('speaks HTTP/2 alone', 'tls-protocol-refused', alert('78')),
  belowTls('alerts in a way that we have no word for', 'unknown', alert('31')),
  belowTls('speaks SSH', 'not-tls', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
  { name: 'speaks plain HTTP', outcome: 'not-tls', start: startPlainHttpServer },
];

const NOT_REACHED: readonly HostileKind[] = [
  { name: 'does not listen', outcome: 'connection-refused', start: startAndStop },
  { name: 'has a name that DNS does not know', outcome: 'no-such-name', addresses: 'unknown' },
  { name: 'has a name server that hangs', outcome: 'timeout-dns', addresses: 'hanging' },
  { name: 'has no address', outcome: 'no-usable-address', addresses: [] },
  { name: 'has a private address beside a public one', outcome: 'address-refused', addresses: ['1.1.1.1', '10.0.0.1'] },
  answering('has 5,000 addresses', '204', reply(204), { ...KEPT, addresses: Array(5_000).fill('127.0.0.1') }),
];

export const HOSTILE_KINDS = [...ANSWERS, ...UNASKED, ...BODIES, ...BROKEN, ...SLOW, ...TLS, ...NOT_REACHED];

/** 64 KB of what it got, its headers above all. */
function echo({ socket, request }: Parameters<Behaviour>[0]): void {
  const text = JSON.stringify(request.headers);
  const body = text.repeat(Math.ceil(64_000 / text.length)).slice(0, 64_000);
  socket.write(`HTTP/1.1 500 Any\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** As much as the client takes, up to a megabyte. */
function endless(part: string, first = ''): Behaviour {
  return sendRaw(first + part.repeat(Math.ceil(1_000_000 / part.length)));
}

function endWith(text: string): Behaviour {
  return ({ socket }) => {
    socket.end(text);
  };
}

function compressed(encoding: string, compress: (body: Buffer) => Buffer): Behaviour {
  // Made once it is needed: it takes a tenth of a second.
  let body: Buffer | undefined;
  return ({ socket }) => {
    body ??= compress(Buffer.alloc(SIXTY_MEGABYTES, 'x'));
    const head = `HTTP/1.1 500 Any\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), body]));
  };
}

/** The best that brotli can do would take it seconds. */
function brotliQuickly(body: Buffer): Buffer {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

/** What is written while another write is under way would go into one record with it. */
function inRecords(head: string): Behaviour {
  return ({ socket }) => {
    socket.write(head);
    const push = (left: number) => {
      if (left > 0 && !socket.destroyed) {
        socket.write('x', () => push(left - 1));
      }
    };
    push(60_000);
  };
}

function drip({ socket }: Parameters<Behaviour>[0]): void {
  const head = `HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(60_000)}`;
  let at = 0;
  const timer = setInterval(() => socket.write(head.charAt(at++)), 5);
  socket.on('close', () => clearInterval(timer));
}

async function startAndStop({ good }: Certificates): Promise<Started> {
  const server = await startHostileServer(good, hang);
  await server.stop();
  return server;
}
