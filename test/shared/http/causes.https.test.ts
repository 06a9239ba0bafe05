/** Every cause that is told apart, seen to come from a real server: Node's, Python's or OpenSSL's. */
import { setImmediate } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AttemptOutcome, NoResponse, NoResponseCause, PhaseMillis } from '../../../shared/http/attempt-outcome.ts';
import { NO_RESPONSE_CAUSES } from '../../../shared/http/attempt-outcome.ts';
import { aCertificateFor, aCertificateWith, type TestCertificate } from '../../builders/certificate.ts';
import {
  type ForeignReceiver,
  lacks,
  startOpensslReceiver,
  startPythonReceiver,
} from '../../fakes/foreign-receivers.ts';
import {
  type Behaviour,
  type HostileServerOptions,
  hang,
  hangUp,
  reply,
  reset,
  sendRaw,
  startHostileServer,
  startPlainHttpServer,
  startRawServer,
  trickle,
} from '../../fakes/hostile-server.ts';
import {
  HOST,
  resolveTo,
  SHORT_DEADLINE_MILLIS,
  send,
  timeOutAfter,
  urlOf,
  useReceivers,
} from '../../fakes/receivers.ts';

const { aClient, aReceiver, certificate } = useReceivers();
const NO_PYTHON = lacks('python3');
const NO_OPENSSL = lacks('openssl');

const DAY_MILLIS = 24 * 60 * 60 * 1000;

const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const TWO_LENGTHS = sendRaw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok!');
const LENGTH_AND_CHUNKS = sendRaw(
  'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
);
const CHUNKS_AND_LENGTH = sendRaw(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n`);
const OLD_TLS = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
/** A record with a ServerHello (RFC 4346, 7.4.1.3): version, random, no session, a cipher, no compression. */
const SERVER_HELLO_OF_TLS_1_1 = Buffer.from(`160302002a02000026${'0302'}${'00'.repeat(32)}00c01400`, 'hex');

/** RFC 5246, 7.4.1.3, without the extension of RFC 5746. */
const SERVER_HELLO_WITHOUT_EXTENSIONS = Buffer.from(`160303002a02000026${'0303'}${'00'.repeat(32)}00c02f00`, 'hex');

/** What fires in this file; at its end it is compared with the list of all. */
const seen = new Set<NoResponseCause>();

function expectCause(outcome: AttemptOutcome, error: NoResponse, cause: NoResponseCause, code?: RegExp): void {
  expect(outcome).toMatchObject({ kind: 'unanswered', error, cause });
  expect('code' in outcome ? outcome.code : undefined).toEqual(code && expect.stringMatching(code));
  seen.add(cause);
}

describe('a certificate', () => {
  let expired: TestCertificate;
  let early: TestCertificate;
  let authority: TestCertificate;
  let issued: TestCertificate;
  let intermediate: TestCertificate;
  let chained: TestCertificate;
  let ofClients: TestCertificate;
  let weak: TestCertificate;
  let namesake: TestCertificate;
  beforeAll(async () => {
    const now = Date.now();
    expired = await aCertificateWith(
      { notBefore: new Date(now - 2 * DAY_MILLIS), notAfter: new Date(now - DAY_MILLIS) },
      HOST,
    );
    early = await aCertificateWith({ notBefore: new Date(now + DAY_MILLIS) }, HOST);
    authority = await aCertificateFor('An authority');
    issued = await aCertificateWith({ issuer: authority }, HOST);
    intermediate = await aCertificateWith({ issuer: authority, isAuthority: true }, 'An intermediate');
    chained = await aCertificateWith({ issuer: intermediate }, HOST);
    ofClients = await aCertificateWith({ issuer: authority, isForClients: true }, HOST);
    weak = await aCertificateWith({ issuer: authority, isWeak: true }, HOST);
    namesake = await aCertificateFor('An authority');
  });

  it.each<[NoResponseCause, RegExp, () => { served: TestCertificate; trusted: string }]>([
    ['certificate-expired', /^CERT_HAS_EXPIRED$/, () => ({ served: expired, trusted: expired.cert })],
    ['certificate-not-yet-valid', /^CERT_NOT_YET_VALID$/, () => ({ served: early, trusted: early.cert })],
    ['certificate-self-signed', /^DEPTH_ZERO_SELF_SIGNED_CERT$/, () => ({ served: certificate(), trusted: '' })],
    ['certificate-unfit', /^INVALID_PURPOSE$/, () => ({ served: ofClients, trusted: authority.cert })],
    ['certificate-unfit', /^UNSPECIFIED$/, () => ({ served: weak, trusted: authority.cert })],
    ['certificate-authority-unknown', /^CERT_SIGNATURE_FAILURE$/, () => ({ served: issued, trusted: namesake.cert })],
    [
      'certificate-authority-unknown',
      /^UNABLE_TO_VERIFY_LEAF_SIGNATURE$/,
      // Without its intermediate, of which the authority is trusted.
      () => ({ served: chained, trusted: authority.cert }),
    ],
    [
      'certificate-authority-unknown',
      /^UNABLE_TO_GET_ISSUER_CERT_LOCALLY$/,
      () => ({ served: { ...chained, cert: `${chained.cert}\n${intermediate.cert}` }, trusted: '' }),
    ],
    [
      'certificate-authority-unknown',
      /^UNABLE_TO_GET_ISSUER_CERT$/,
      () => ({ served: chained, trusted: intermediate.cert }),
    ],
    [
      'certificate-authority-unknown',
      /^SELF_SIGNED_CERT_IN_CHAIN$/,
      () => ({ served: { ...issued, cert: `${issued.cert}\n${authority.cert}` }, trusted: '' }),
    ],
  ])('is the cause: %s, %s', async (cause, code, given) => {
    const { served, trusted } = given();
    const receiver = await startHostileServer(served, reply(200));
    onTestFinished(receiver.stop);
    expectCause(await send(aClient({ extraCa: trusted }), { url: urlOf(receiver) }), 'tls-failed', cause, code);
    expect(receiver.requests).toEqual([]);
  });

  it('may be for another host', async () => {
    const receiver = await aReceiver(reply(200));
    const url = `https://another.example.org:${receiver.port}/`;
    expectCause(
      await send(aClient(), { url }),
      'tls-failed',
      'certificate-host-mismatch',
      /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    );
  });

  it('that an authority has issued is good, with its authority', async () => {
    const receiver = await startHostileServer(issued, reply(200));
    onTestFinished(receiver.stop);
    const client = aClient({ extraCa: [...rootCertificates.slice(0, 1), authority.cert].join('\n') });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ kind: 'answered' });
  });
});

describe('a client certificate that we do not have', () => {
  const options = { requestCert: true, rejectUnauthorized: true } as const;

  it.for<[string, string | undefined, RegExp, () => Promise<ForeignReceiver>]>([
    [
      'Node, TLS 1.2',
      undefined,
      /HANDSHAKE_FAILURE$/,
      () => aReceiver(reply(200), { tls: { ...options, maxVersion: 'TLSv1.2' } }),
    ],
    [
      'Node, TLS 1.3',
      undefined,
      /CERTIFICATE_REQUIRED$/,
      () => aReceiver(reply(200), { tls: { ...options, minVersion: 'TLSv1.3' } }),
    ],
    ['Python, TLS 1.2', NO_PYTHON, /HANDSHAKE_FAILURE$/, () => aPythonReceiver('client-certificate-1.2')],
    ['Python, TLS 1.3', NO_PYTHON, /CERTIFICATE_REQUIRED$/, () => aPythonReceiver('client-certificate-1.3')],
    ['OpenSSL, TLS 1.2', NO_OPENSSL, /HANDSHAKE_FAILURE$/, () => anOpensslReceiver('-tls1_2', '-Verify', '1')],
    ['OpenSSL, TLS 1.3', NO_OPENSSL, /CERTIFICATE_REQUIRED$/, () => anOpensslReceiver('-tls1_3', '-Verify', '1')],
    ['any that calls it bad, as Go does', undefined, /BAD_CERTIFICATE$/, () => anAlertingReceiver(42)],
    ['any that calls it unknown', undefined, /CERTIFICATE_UNKNOWN$/, () => anAlertingReceiver(46)],
    ['any that calls its authority unknown', undefined, /UNKNOWN_CA$/, () => anAlertingReceiver(48)],
  ])('is wanted by %s', async ([, reason, code, start], { skip }) => {
    skip(reason !== undefined, reason);
    const receiver = await start();
    expectCause(await send(aClient(), { url: urlOf(receiver) }), 'tls-failed', 'client-certificate-wanted', code);
  });
});

describe('TLS', () => {
  it.for<[string, NoResponseCause, string | undefined, RegExp, () => Promise<ForeignReceiver>]>([
    ['Node, TLS 1.1', 'tls-version', undefined, /PROTOCOL_VERSION$/, () => aReceiver(reply(200), { tls: OLD_TLS })],
    ['Python, TLS 1.1', 'tls-version', NO_PYTHON, /PROTOCOL_VERSION$/, () => aPythonReceiver('old-tls')],
    [
      'OpenSSL, TLS 1.1',
      'tls-version',
      NO_OPENSSL,
      /PROTOCOL_VERSION$/,
      () => anOpensslReceiver('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'),
    ],
    [
      'a server that answers in TLS 1.1',
      'tls-version',
      undefined,
      /UNSUPPORTED_PROTOCOL$/,
      () => aRawReceiver(SERVER_HELLO_OF_TLS_1_1),
    ],
    [
      'Node, ciphers for RSA alone',
      'tls-no-common-cipher',
      undefined,
      /HANDSHAKE_FAILURE$/,
      () => aReceiver(reply(200), { tls: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' } }),
    ],
    [
      'OpenSSL, ciphers for RSA alone',
      'tls-no-common-cipher',
      NO_OPENSSL,
      /HANDSHAKE_FAILURE$/,
      () => anOpensslReceiver('-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'),
    ],
    [
      'OpenSSL, a name that it does not serve',
      'tls-name-refused',
      NO_OPENSSL,
      /UNRECOGNIZED_NAME$/,
      () =>
        anOpensslReceiver('-servername', 'other.example.com', '-servername_fatal', '-cert2', 'CERT', '-key2', 'KEY'),
    ],
    ['Node, plain HTTP', 'not-tls', undefined, /WRONG_VERSION_NUMBER$/, aPlainReceiver],
    ['Python, plain HTTP', 'not-tls', NO_PYTHON, /WRONG_VERSION_NUMBER$/, () => aPythonReceiver('plain-http')],
    [
      'a server of before RFC 5746',
      'tls-version',
      undefined,
      /UNSAFE_LEGACY_RENEGOTIATION_DISABLED$/,
      () => aRawReceiver(SERVER_HELLO_WITHOUT_EXTENSIONS),
    ],
    ['one for whom no cipher is safe', 'tls-no-common-cipher', undefined, /SECURITY$/, () => anAlertingReceiver(71)],
    [
      'Go, a name without a certificate',
      'tls-name-refused',
      undefined,
      /INTERNAL_ERROR$/,
      () => anAlertingReceiver(80),
    ],
    [
      'Node, HTTP/2 alone',
      'tls-protocol-refused',
      undefined,
      /NO_APPLICATION_PROTOCOL$/,
      () => aReceiver(reply(200), { tls: { ALPNProtocols: ['h2'] } }),
    ],
    ['an alert that we have no word for', 'unknown', undefined, /ACCESS_DENIED$/, () => anAlertingReceiver(49)],
  ])('is the cause: %s is %s', async ([, cause, reason, code, start], { skip }) => {
    skip(reason !== undefined, reason);
    const receiver = await start();
    expectCause(await send(aClient(), { url: urlOf(receiver) }), 'tls-failed', cause, code);
  });

  it('may break off in the middle of the handshake', async () => {
    const closing = await aRawReceiver('');
    expectCause(await send(aClient(), { url: urlOf(closing) }), 'connection-reset', 'closed-early', /^EOF$/);
    const resetting = await startRawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    onTestFinished(resetting.stop);
    expectCause(
      await send(aClient(), { url: urlOf(resetting) }),
      'connection-reset',
      'connection-reset',
      /^ECONNRESET$/,
    );
  });
});

describe('a connection that stood', () => {
  it.for<[string, NoResponse, NoResponseCause, RegExp, Behaviour]>([
    ['is reset', 'connection-reset', 'connection-reset', /^(ECONNRESET|EPIPE)$/, reset],
    ['is closed before the response', 'connection-reset', 'closed-early', /^EOF$/, hangUp],
    ['is closed in the head', 'connection-reset', 'closed-early', /^EOF$/, endWith('HTTP/1.1 200 OK\r\nconte')],
    ['is closed in the status line', 'connection-reset', 'closed-early', /^EOF$/, endWith('HTT')],
    [
      'is closed in the body',
      'connection-reset',
      'closed-early',
      /^EOF$/,
      endWith('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab'),
    ],
    ['is closed in a chunk', 'connection-reset', 'closed-early', /^EOF$/, endWith(`${CHUNKED_HEAD}5\r\nab`)],
    ['has two lengths', 'protocol-violated', 'contradictory-lengths', /^HPE_UNEXPECTED_CONTENT_LENGTH$/, TWO_LENGTHS],
    [
      'has a length and chunks',
      'protocol-violated',
      'contradictory-lengths',
      /^HPE_INVALID_TRANSFER_ENCODING$/,
      LENGTH_AND_CHUNKS,
    ],
    [
      'has chunks and a length',
      'protocol-violated',
      'contradictory-lengths',
      /^HPE_INVALID_CONTENT_LENGTH$/,
      CHUNKS_AND_LENGTH,
    ],
    [
      'has a length that is no number',
      'protocol-violated',
      'malformed-response',
      /^HPE_INVALID_CONTENT_LENGTH$/,
      sendRaw('HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\nok'),
    ],
    [
      'has a length beyond all numbers',
      'protocol-violated',
      'malformed-response',
      /^HPE_INVALID_CONTENT_LENGTH$/,
      sendRaw(`HTTP/1.1 200 OK\r\ncontent-length: ${'9'.repeat(30)}\r\n\r\nok`),
    ],
    [
      'has long headers',
      'protocol-violated',
      'headers-too-large',
      /^HPE_HEADER_OVERFLOW$/,
      reply(200, { long: 'a'.repeat(70_000) }),
    ],
    [
      'speaks no HTTP',
      'protocol-violated',
      'malformed-response',
      /^HPE_INVALID_CONSTANT$/,
      sendRaw('220 smtp.example.com ESMTP\r\n'),
    ],
    [
      'ends lines by line feeds',
      'protocol-violated',
      'malformed-response',
      /^HPE_CR_EXPECTED$/,
      sendRaw('HTTP/1.1 200 OK\ncontent-length: 2\n\nok'),
    ],
    [
      'has a broken chunk',
      'protocol-violated',
      'malformed-response',
      /^HPE_INVALID_CHUNK_SIZE$/,
      sendRaw(`${CHUNKED_HEAD}zz\r\n`),
    ],
    [
      'changes the protocol',
      'protocol-violated',
      'malformed-response',
      /^HTTP_101$/,
      sendRaw('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n'),
    ],
  ])('%s: Node', async ([, error, cause, code, behaviour]) => {
    const receiver = await aReceiver(behaviour);
    expectCause(await send(aClient(), { url: urlOf(receiver) }), error, cause, code);
  });

  it.for<[string, NoResponse, NoResponseCause, RegExp]>([
    ['close', 'connection-reset', 'closed-early', /^EOF$/],
    ['half-a-head', 'connection-reset', 'closed-early', /^EOF$/],
    ['half-a-body', 'connection-reset', 'closed-early', /^EOF$/],
    ['two-lengths', 'protocol-violated', 'contradictory-lengths', /^HPE_/],
    ['length-and-chunks', 'protocol-violated', 'contradictory-lengths', /^HPE_/],
    ['chunks-and-length', 'protocol-violated', 'contradictory-lengths', /^HPE_/],
    ['length-of-letters', 'protocol-violated', 'malformed-response', /^HPE_/],
    ['no-tls-after-all', 'tls-failed', 'unknown', /^ERR_SSL_/],
    ['long-headers', 'protocol-violated', 'headers-too-large', /^HPE_/],
    ['no-http', 'protocol-violated', 'malformed-response', /^HPE_/],
    ['bare-line-feeds', 'protocol-violated', 'malformed-response', /^HPE_/],
  ])('breaks off or is malformed: Python, %s', async ([mode, error, cause, code], { skip }) => {
    skip(NO_PYTHON !== undefined, NO_PYTHON);
    const receiver = await aPythonReceiver(mode);
    expectCause(await send(aClient(), { url: urlOf(receiver) }), error, cause, code);
  });
});

it('a connection may be reset before this process has looked at it: Python', async ({ skip }) => {
  skip(NO_PYTHON !== undefined, NO_PYTHON);
  const receiver = await aPythonReceiver('reset-at-once');
  const sending = send(aClient(), { url: urlOf(receiver) });
  await setImmediate();
  // Nothing of this process runs while the connect succeeds and the reset comes; on a busy machine that may come later.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  const outcome = await sending;
  const stage =
    outcome.kind === 'unanswered' && outcome.error === 'connect-failed' ? outcome.error : 'connection-reset';
  expectCause(outcome, stage, 'connection-reset', /^ECONNRESET$/);
});

describe('a timeout', () => {
  it.for<[NoResponseCause, () => Promise<AttemptOutcome>]>([
    ['timeout-dns', () => send(aClient({ resolve: () => new Promise(() => {}) }), {}, SHORT_DEADLINE_MILLIS)],
    ['timeout-tls', () => lateAfter('connectMillis', hang, { isSilent: true })],
    ['timeout-first-byte', () => lateAfter('tlsMillis', hang)],
    ['timeout-body', () => lateAfter('firstByteMillis', trickle(20))],
    ['timeout-body', () => lateAfter('firstByteMillis', sendRaw('HTTP/1.1 200 OK\r\n'))],
  ])('has its phase: %s', async ([cause, time]) => {
    expectCause(await time(), 'timeout', cause);
  });
});

async function lateAfter(phase: keyof PhaseMillis, behaviour: Behaviour, options?: HostileServerOptions) {
  const receiver = await aReceiver(behaviour, options);
  return timeOutAfter(phase, (deadline) => send(aClient(), { url: urlOf(receiver) }, deadline));
}

describe('an address', () => {
  it('may have nothing that listens', async () => {
    const receiver = await aReceiver(reply(200));
    await receiver.stop();
    expectCause(
      await send(aClient(), { url: urlOf(receiver) }),
      'connect-failed',
      'connection-refused',
      /^ECONNREFUSED$/,
    );
  });

  it('may be none, though the name is known', async () => {
    expectCause(await send(aClient({ resolve: resolveTo() }), {}), 'dns-failed', 'no-usable-address');
  });
});

/** In `own-network.test.ts`. */
const SEEN_ELSEWHERE = ['no-such-name', 'dns-unavailable', 'unreachable', 'timeout-connect'];

it('is of every kind that there is', () => {
  const needed = [...(NO_OPENSSL ? ['tls-name-refused'] : []), ...SEEN_ELSEWHERE];
  expect(NO_RESPONSE_CAUSES.filter((cause) => !seen.has(cause) && !needed.includes(cause))).toEqual([]);
});

function endWith(text: string): Behaviour {
  return ({ socket }) => {
    socket.end(text);
  };
}

async function aPythonReceiver(mode: string): Promise<ForeignReceiver> {
  const receiver = await startPythonReceiver(certificate(), mode);
  onTestFinished(receiver.stop);
  return receiver;
}

async function anOpensslReceiver(...options: readonly string[]): Promise<ForeignReceiver> {
  const receiver = await startOpensslReceiver(certificate(), ...options);
  onTestFinished(receiver.stop);
  return receiver;
}

async function aPlainReceiver(): Promise<ForeignReceiver> {
  const receiver = await startPlainHttpServer();
  onTestFinished(receiver.stop);
  return receiver;
}

/** Answers a TLS greeting by these bytes and ends. */
async function aRawReceiver(bytes: string | Buffer): Promise<ForeignReceiver> {
  const receiver = await startRawServer((socket) => socket.once('data', () => socket.end(bytes)));
  onTestFinished(receiver.stop);
  return receiver;
}

/** A record of TLS with a fatal alert (RFC 8446, 6). */
function anAlertingReceiver(description: number): Promise<ForeignReceiver> {
  return aRawReceiver(Buffer.from([0x15, 0x03, 0x03, 0, 2, 2, description]));
}
