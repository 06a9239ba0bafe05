import { describe, expect, it } from 'vitest';
import {
  connectFailure,
  dnsFailure,
  exchangeFailure,
  handshakeFailure,
  isOwnShortage,
} from '../../../shared/http/response-failure.ts';

const SOUND = { isPeerKnown: false, hasEnded: false };

describe('an unknown code', () => {
  it.each([
    ['dns-failed', dnsFailure('EAI_NEW')],
    ['connect-failed', connectFailure([{ code: 'ENEW', isIpv6: false }])],
    ['tls-failed', handshakeFailure({ ...SOUND, code: 'ERR_SSL_NEW' })],
    ['tls-failed', exchangeFailure('ERR_SSL_NEW', false)],
    ['connection-reset', exchangeFailure('ENEW', false)],
  ])('is unknown, at its stage: %s', (error, failure) => {
    expect(failure).toMatchObject({ error, cause: 'unknown', code: expect.stringMatching(/NEW$/) });
  });

  it.each([
    ['dns-failed', dnsFailure(undefined)],
    ['connect-failed', connectFailure([{ code: undefined, isIpv6: true }])],
    ['tls-failed', handshakeFailure({ ...SOUND, code: undefined })],
    ['connection-reset', exchangeFailure(undefined, false)],
  ])('may be none at all: %s', (error, failure) => {
    expect(failure).toEqual({ error, cause: 'unknown' });
  });

  it('of the parser is a malformed response', () => {
    expect(exchangeFailure('HPE_NEW', false)).toEqual({
      error: 'protocol-violated',
      cause: 'malformed-response',
      code: 'HPE_NEW',
    });
  });
});

describe('of several addresses', () => {
  const ipv6 = { code: 'ENETUNREACH', isIpv6: true };

  it('the one that says more than "not for this host" is told', () => {
    expect(connectFailure([ipv6, { code: 'ECONNREFUSED', isIpv6: false }])).toMatchObject({
      cause: 'connection-refused',
      code: 'ECONNREFUSED',
    });
  });

  it('none may be for this host', () => {
    expect(connectFailure([ipv6, { ...ipv6, code: 'EADDRNOTAVAIL' }])).toMatchObject({
      cause: 'no-usable-address',
      code: 'ENETUNREACH',
    });
  });

  it('an IPv6 address that refuses is one that can be reached', () => {
    expect(connectFailure([{ code: 'ECONNREFUSED', isIpv6: true }])).toMatchObject({ cause: 'connection-refused' });
  });
});

describe('a handshake that the receiver refuses', () => {
  // OpenSSL has called the alert by two names.
  it.each(['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'])(
    'is for want of a cipher before its certificate, and of ours after it: %s',
    (code) => {
      expect(handshakeFailure({ ...SOUND, code })).toMatchObject({ cause: 'tls-no-common-cipher', code });
      expect(handshakeFailure({ ...SOUND, code, isPeerKnown: true })).toMatchObject({
        cause: 'client-certificate-wanted',
        code,
      });
    },
  );
});

it('a server of TLS 1.2 may want a client certificate once it has read the request, as Apache does', () => {
  const code = 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE';
  expect(exchangeFailure(code, false)).toEqual({ error: 'tls-failed', cause: 'client-certificate-wanted', code });
});

describe('an internal error of the receiver', () => {
  const code = 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR';

  it('is for want of a certificate before there is one, and unknown behind it', () => {
    expect(handshakeFailure({ ...SOUND, code })).toMatchObject({ cause: 'tls-name-refused' });
    expect(handshakeFailure({ ...SOUND, code, isPeerKnown: true })).toMatchObject({ cause: 'unknown' });
    expect(exchangeFailure(code, false)).toMatchObject({ cause: 'unknown' });
  });
});

it('a weak group for a key exchange is refused by us, behind the certificate', () => {
  const code = 'ERR_SSL_DH_KEY_TOO_SMALL';
  expect(handshakeFailure({ ...SOUND, code, isPeerKnown: true })).toMatchObject({ cause: 'tls-no-common-cipher' });
});

it('a lack of this process is nothing that a receiver did', () => {
  expect(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAI_MEMORY'].every(isOwnShortage)).toBe(true);
  expect([undefined, 'ECONNREFUSED', 'ENETUNREACH', 'EADDRNOTAVAIL'].some(isOwnShortage)).toBe(false);
});

describe('a code', () => {
  it('is a word, whatever comes as one', () => {
    const code = `ERR_SSL_\n"x": https://a.example/?b ${'A'.repeat(100)}`;
    expect(exchangeFailure(code, false).code).toMatch(/^ERR_SSL_[\w/]{56}$/);
    expect(exchangeFailure('ERR_SSL_SSL/TLS_ALERT_NEW', false).code).toBe('ERR_SSL_SSL/TLS_ALERT_NEW');
  });
});
