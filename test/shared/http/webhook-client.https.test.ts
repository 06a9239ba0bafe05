import type { LookupAddress } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { parseCidrList } from '../../../shared/http/address.ts';
import type { AttemptOutcome, PhaseMillis } from '../../../shared/http/attempt-outcome.ts';
import { createHttpsWebhookClient } from '../../../shared/http/webhook-client.https.ts';
import { aCertificateFor } from '../../builders/certificate.ts';
import {
  type Behaviour,
  delayed,
  flood,
  type HostileServer,
  hang,
  hangUp,
  inTurn,
  reply,
  reset,
  sendRaw,
  startPlainHttpServer,
  trickle,
} from '../../fakes/hostile-server.ts';
import {
  AMPLE_DEADLINE_MILLIS,
  aRequest,
  bodyOf,
  countSockets,
  expectAllClosed,
  FACT_MILLIS,
  HOST,
  resolveInTurn,
  resolveTo,
  SHORT_DEADLINE_MILLIS,
  send,
  timeOutAfter,
  urlOf,
  useReceivers,
} from '../../fakes/receivers.ts';

const ssrfCase = z.object({
  url: z.string(),
  https_url: z.string().optional(),
  expect: z.enum(['allow', 'deny']),
  layer: z.enum(['parse', 'ip', 'resolve', 'policy']).optional(),
  why: z.string(),
  resolves_to: z.array(z.string()).optional(),
  // biome-ignore lint/suspicious/noThenProperty: the case file names it so.
  then: z.array(z.string()).optional(),
});
const ssrfCases = z
  .array(ssrfCase)
  .parse(JSON.parse(readFileSync(new URL('../../vectors/ssrf-cases.json', import.meta.url), 'utf8')))
  .flatMap((entry) => [entry, ...(entry.https_url === undefined ? [] : [{ ...entry, url: entry.https_url }])]);
const deniedCases = ssrfCases.filter((entry) => entry.expect === 'deny');
/** Literals of public addresses cannot be led to a loopback server; `checkWebhookUrl` has them among its cases. */
const allowedNameCases = ssrfCases.filter(
  (entry) => entry.expect === 'allow' && isIP(new URL(entry.url).hostname.replace(/[[\]]/g, '')) === 0,
);

const { aClient, aReceiver, certificate } = useReceivers(
  ...allowedNameCases.map((entry) => new URL(entry.url).hostname),
);

describe('what reaches the receiver', () => {
  it('is the request as given, with its length in bytes, under the name that was asked for', async () => {
    const receiver = await aReceiver(reply(200));
    const headers = { 'content-type': 'application/json', 'webhook-id': 'dlv_1' };
    await send(aClient(), { url: urlOf(receiver, '/hook?a=b#fragment'), headers, body: '{"title":"é €"}' });
    expect(receiver.requests).toEqual([
      {
        method: 'POST',
        target: '/hook?a=b',
        headers: {
          host: `${HOST}:${receiver.port}`,
          connection: 'keep-alive',
          'accept-encoding': 'identity',
          'content-type': 'application/json',
          'webhook-id': 'dlv_1',
          'content-length': '18',
        },
        body: '{"title":"é €"}',
        serverName: HOST,
      },
    ]);
  });

  it('may be a PUT, and an empty body', async () => {
    const receiver = await aReceiver(reply(200));
    await send(aClient(), { url: urlOf(receiver), method: 'PUT', body: '' });
    expect(receiver.requests).toMatchObject([{ method: 'PUT', body: '', headers: { 'content-length': '0' } }]);
  });

  it('rejects a header that HTTP does not allow, for that is our own fault', async () => {
    const receiver = await aReceiver(reply(200));
    const sending = send(aClient(), { url: urlOf(receiver), headers: { 'x-broken': 'a\r\nb: c' } });
    await expect(sending).rejects.toThrow('Invalid character in header content ["x-broken"]');
    expect(receiver.requests).toEqual([]);
  });
});

describe('what is a response', () => {
  it('has the status, the headers in lower case with their first value, and the body', async () => {
    const receiver = await aReceiver(
      sendRaw('HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 5\r\n\r\nlater'),
    );
    expect(await send(aClient(), { url: urlOf(receiver) })).toEqual({
      kind: 'answered',
      response: { statusCode: 429, headers: { 'retry-after': '7', 'x-a': '1', 'content-length': '5' }, body: 'later' },
      millis: expect.toSatisfy(Number.isInteger),
      phases: expect.any(Object),
    });
  });

  it('may have no body', async () => {
    const receiver = await aReceiver(sendRaw('HTTP/1.1 204 No Content\r\n\r\n'));
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 204, body: '' } });
  });

  it('may end with the connection', async () => {
    const receiver = await aReceiver(({ socket }) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'));
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ response: { body: 'until the end' } });
  });

  it('keeps what can be read of a body that is not UTF-8', async () => {
    const body = Buffer.from([0x61, 0xff, 0x62]);
    const receiver = await aReceiver(
      sendRaw(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n'), body])),
    );
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ response: { body: 'a\ufffdb' } });
  });

  it.each([301, 302, 303, 307, 308])('is a %i itself and is not followed', async (status) => {
    const elsewhere = await aReceiver(reply(200));
    const receiver = await aReceiver(reply(status, { location: urlOf(elsewhere) }));
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: status } });
    expect(elsewhere.connectionCount()).toBe(0);
    expect(receiver.requests).toHaveLength(1);
  });

  it('is cut after 64 KB with the connection, and its status counts', async () => {
    const receiver = await aReceiver(inTurn(flood, reply(204)));
    const client = aClient();
    const outcome = await send(client, { url: urlOf(receiver) });
    expect(outcome).toMatchObject({ response: { statusCode: 200 } });
    expect(bodyOf(outcome)).toBe('x'.repeat(64 * 1024));
    // The receiver pushes a gigabyte; what the kernel buffered on both sides before the cut is a few megabytes.
    await expectAllClosed(receiver);
    expect(receiver.sentBytes()).toBeLessThan(32 * 1024 * 1024);

    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 204 } });
  });
});

describe('what is no response', () => {
  it.each<[string, keyof PhaseMillis, Behaviour]>([
    ['the head of the response never comes', 'tlsMillis', hang],
    ['the body of the response comes byte by byte', 'firstByteMillis', trickle(20)],
  ])('is a timeout when %s, and the connection is closed', async (_name, phase, behaviour) => {
    const receiver = await aReceiver(behaviour);
    const client = aClient();
    const outcome = await timeOutAfter(phase, (deadline) => send(client, { url: urlOf(receiver) }, deadline));
    expect(outcome).toMatchObject({ kind: 'unanswered', error: 'timeout' });
    expect(outcome.millis).toBeGreaterThanOrEqual(SHORT_DEADLINE_MILLIS - 1);
    await expectAllClosed(receiver);
  });

  it('is a timeout when the TLS handshake never ends', async () => {
    const receiver = await aReceiver(hang, { isSilent: true });
    expect(await send(aClient(), { url: urlOf(receiver) }, SHORT_DEADLINE_MILLIS)).toMatchObject({ error: 'timeout' });
    await expectAllClosed(receiver);
  });

  it('is a timeout when the name servers hang, and no socket is opened even if they answer later', async () => {
    const sockets = countSockets();
    let respondLate: (addresses: readonly LookupAddress[]) => void = () => {};
    const resolve = () => new Promise<readonly LookupAddress[]>((resolved) => (respondLate = resolved));
    const outcome = await send(aClient({ resolve }), {}, SHORT_DEADLINE_MILLIS);
    respondLate([{ address: '127.0.0.1', family: 4 }]);
    // Whatever goes on from the addresses does so before the next turn of the event loop.
    await setImmediate();
    await setImmediate();
    expect(outcome).toMatchObject({ error: 'timeout' });
    expect(sockets()).toBe(0);
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN'])('is a DNS failure when the lookup ends with %s', async (code) => {
    const resolve = () => Promise.reject(Object.assign(new Error(code), { code }));
    expect(await send(aClient({ resolve }), {})).toMatchObject({ error: 'dns-failed' });
  });

  it('is a DNS failure when the name has no address', async () => {
    expect(await send(aClient({ resolve: resolveTo() }), {})).toMatchObject({ error: 'dns-failed' });
  });

  it('is a failed connect when no server listens', async () => {
    const receiver = await aReceiver(reply(200));
    await receiver.stop();
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ error: 'connect-failed' });
    const resolve = resolveTo('127.0.0.1', '127.0.0.2');
    expect(await send(aClient({ resolve }), { url: urlOf(receiver) })).toMatchObject({ error: 'connect-failed' });
  });

  it('is a TLS failure when no known authority signed the certificate', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient({ extraCa: (await aCertificateFor(HOST)).cert });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ error: 'tls-failed' });
    expect(receiver.requests).toEqual([]);
  });

  it('is a TLS failure even where the environment asks Node not to verify', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    });
    const receiver = await aReceiver(reply(200));
    const client = aClient({ extraCa: (await aCertificateFor(HOST)).cert });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ error: 'tls-failed' });
  });

  it('is a TLS failure when the certificate is for another host', async () => {
    const receiver = await aReceiver(reply(200));
    expect(await send(aClient(), { url: `https://another.example.org:${receiver.port}/` })).toMatchObject({
      error: 'tls-failed',
    });
    expect(receiver.requests).toEqual([]);
  });

  it('is a TLS failure when the port speaks plain HTTP', async () => {
    const server = await startPlainHttpServer();
    onTestFinished(server.stop);
    expect(await send(aClient(), { url: `https://${HOST}:${server.port}/` })).toMatchObject({ error: 'tls-failed' });
  });

  it.each<[string, string]>([
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'],
    ['no HTTP at all', '220 smtp.example.com ESMTP\r\n'],
  ])('is a violated protocol when the receiver sends %s', async (_name, bytes) => {
    const receiver = await aReceiver(sendRaw(bytes));
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ error: 'protocol-violated' });
    expect(receiver.connectionCount()).toBe(1);
  });

  it.each<[string, Behaviour]>([
    ['resets', reset],
    ['closes', hangUp],
    ['closes in the middle of the head', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nconte')],
    ['closes in the middle of the body', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab')],
  ])('is a reset when the receiver %s on a fresh connection, and nothing is resent', async (_name, behaviour) => {
    const receiver = await aReceiver(inTurn(behaviour, reply(200)));
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ error: 'connection-reset' });
    expect(receiver.connectionCount()).toBe(1);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are kept for the next request, one socket for both', async () => {
    const receiver = await aReceiver(reply(200));
    const sockets = countSockets();
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    await send(client, { url: urlOf(receiver, '/other') });
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.connectionCount()).toBe(1);
    // Also proof that the counter, which elsewhere must stay at zero, counts.
    expect(sockets()).toBe(1);
  });

  it('outlive the deadline of a request that was answered in time', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient();
    const deadlineMillis = 1_000;
    expect(await send(client, { url: urlOf(receiver) }, deadlineMillis)).toMatchObject({ kind: 'answered' });
    // Timers ring in order: one of the request, if it were still running, before this one.
    await setTimeout(deadlineMillis + 1);
    await send(client, { url: urlOf(receiver) });
    expect(receiver.connectionCount()).toBe(1);
  });

  it('carry one request at a time', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient();
    await Promise.all([1, 2, 3].map(() => send(client, { url: urlOf(receiver) })));
    await Promise.all([1, 2, 3].map(() => send(client, { url: urlOf(receiver) })));
    expect(receiver.requests).toHaveLength(6);
    expect(receiver.connectionCount()).toBe(3);
  });

  it('are not shared between hosts that resolve to one address', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient();
    await send(client, { url: `https://a.example.com:${receiver.port}/` });
    await send(client, { url: `https://b.example.com:${receiver.port}/` });
    expect(receiver.requests.map(({ serverName }) => serverName)).toEqual(['a.example.com', 'b.example.com']);
    expect(receiver.connectionCount()).toBe(2);
  });

  it('are left alone when the name no longer resolves to where they lead', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient({ resolve: resolveInTurn(['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1']) });
    await send(client, { url: urlOf(receiver) });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ error: 'connect-failed' });
    await send(client, { url: urlOf(receiver) });
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.connectionCount()).toBe(1);
  });

  it('are not kept when the receiver wants to close', async () => {
    const receiver = await aReceiver(reply(200, { connection: 'close' }));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    await send(client, { url: urlOf(receiver) });
    expect(receiver.connectionCount()).toBe(2);
  });

  it('are kept in a bounded number, whatever the number of receivers', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient();
    for (let host = 0; host < 70; host += 1) {
      await send(client, { url: `https://host-${host}.example.com:${receiver.port}/` });
    }
    await expect.poll(() => receiver.openConnectionCount(), { timeout: FACT_MILLIS }).toBe(64);
  });

  it('are closed with the client, those in use after their answer', async () => {
    const client = aClient();
    const closeThenReply: Behaviour = (session) => {
      client.close();
      reply(201)(session);
    };
    const receiver = await aReceiver(inTurn(reply(200), closeThenReply));
    await send(client, { url: urlOf(receiver) });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 201 } });
    expect(receiver.connectionCount()).toBe(1);
    await expectAllClosed(receiver);
  });

  it('are chosen among a bounded number of addresses, however many a name has', async () => {
    let looks = 0;
    const address: LookupAddress = {
      family: 4,
      get address() {
        looks += 1;
        return '127.0.0.1';
      },
    };
    const client = aClient({ resolve: async () => Array(5_000).fill(address) });
    const receiver = await aReceiver(reply(200));
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ kind: 'answered' });
    expect(looks).toBeLessThan(500);
  });

  it('go to an IPv4 address where the name has both, whatever the resolver prefers', async () => {
    const receiver = await aReceiver(reply(200));
    const sockets = countSockets();
    const client = aClient({
      allowedCidrs: parseCidrList('127.0.0.0/8,::1/128'),
      resolve: resolveTo('::1', '127.0.0.1'),
    });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ kind: 'answered' });
    expect(sockets()).toBe(1);
  });

  it('may be tried at one address after the other', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient({ resolve: resolveTo('127.0.0.2', '127.0.0.1') });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ kind: 'answered' });
  });

  it('that were closed while idle are replaced without a trace in the outcome', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    await receiver.dropConnections();
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 200 } });
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.connectionCount()).toBe(2);
  });

  it.each<[string, Behaviour]>([
    ['reset', reset],
    ['closed', hangUp],
  ])('that are %s when reused, before any answer, have the request resent once', async (_name, behaviour) => {
    const receiver = await aReceiver(inTurn(reply(200), behaviour, reply(201)));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    expect(await send(client, { url: urlOf(receiver), body: 'again' })).toMatchObject({
      response: { statusCode: 201 },
    });
    expect(receiver.requests.map(({ body }) => body)).toEqual(['{}', 'again', 'again']);
    expect(receiver.connectionCount()).toBe(2);
  });

  it('that are reset again on the fresh socket end the attempt', async () => {
    const receiver = await aReceiver(inTurn(reply(200), reset));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ error: 'connection-reset' });
    expect(receiver.requests).toHaveLength(3);
    expect(receiver.connectionCount()).toBe(2);
  });

  it('that are closed when reused, after the response began, end the attempt', async () => {
    const receiver = await aReceiver(inTurn(reply(200), ({ socket }) => socket.end('HTTP/1.1 20'), reply(201)));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ error: 'connection-reset' });
    expect(receiver.requests).toHaveLength(2);
  });

  it('share one deadline when the request is resent', async () => {
    const deadlineMillis = 2_000;
    const resetMillis = 500;
    const receiver = await aReceiver(inTurn(reply(200), delayed(resetMillis, reset), hang));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    const sending = send(client, { url: urlOf(receiver) }, deadlineMillis);
    // Timers of one process ring in order, however busy it is: a second deadline would end after this one.
    const later = setTimeout(deadlineMillis + resetMillis / 2, 'later');
    expect(await Promise.race([sending, later])).toMatchObject({ error: 'timeout' });
    expect(receiver.requests).toHaveLength(3);
  });
});

describe('the phases of an attempt', () => {
  const WAIT_MILLIS = 200;
  /** A timer may ring a moment early, and each number is rounded. */
  const LEAST_MILLIS = WAIT_MILLIS - 2;

  it('are DNS, connect, TLS and the first byte on a fresh connection, in whole milliseconds', async () => {
    const receiver = await aReceiver(reply(200));
    const { phases } = await send(aClient(), { url: urlOf(receiver) });
    expect(Object.keys(phases)).toEqual(['dnsMillis', 'connectMillis', 'tlsMillis', 'firstByteMillis']);
    expect(Object.values(phases)).toSatisfy((all: number[]) => all.every(Number.isInteger));
  });

  it('are without connect and TLS on a connection that was kept', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    const { phases } = await send(client, { url: urlOf(receiver) });
    expect(Object.keys(phases)).toEqual(['dnsMillis', 'firstByteMillis']);
  });

  it('are without DNS where the host is an address', async () => {
    const receiver = await aReceiver(reply(200));
    const { phases } = await send(aClient(), { url: `https://127.0.0.1:${receiver.port}/` });
    expect(Object.keys(phases)).toEqual(['connectMillis', 'tlsMillis', 'firstByteMillis']);
  });

  it("are the fresh connection's when the request was sent again, with the one lookup", async () => {
    const receiver = await aReceiver(inTurn(reply(200), delayed(WAIT_MILLIS, hangUp), reply(201)));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    const outcome = await send(client, { url: urlOf(receiver) });
    expect(Object.keys(outcome.phases)).toEqual(['dnsMillis', 'connectMillis', 'tlsMillis', 'firstByteMillis']);
    expect(outcome.millis - sumOf(outcome.phases)).toBeGreaterThanOrEqual(LEAST_MILLIS);
  });

  it.each<[keyof PhaseMillis, string, () => Promise<AttemptOutcome>]>([
    [
      'dnsMillis',
      'name server',
      async () => {
        const resolve = () => setTimeout(WAIT_MILLIS, [{ address: '127.0.0.1', family: 4 }]);
        return send(aClient({ resolve }), { url: urlOf(await aReceiver(reply(200))) });
      },
    ],
    [
      'tlsMillis',
      'handshake',
      async () => send(aClient(), { url: urlOf(await aReceiver(reply(200), { handshakeMillis: WAIT_MILLIS })) }),
    ],
    [
      'firstByteMillis',
      'answer',
      async () => send(aClient(), { url: urlOf(await aReceiver(delayed(WAIT_MILLIS, reply(200)))) }),
    ],
  ])('have the wait in %s alone for a slow %s', async (phase, _name, sendSlowly) => {
    const { phases, millis } = await sendSlowly();
    expect(phases[phase]).toBeGreaterThanOrEqual(LEAST_MILLIS);
    // Counted in two phases, the wait would make them longer than the whole. Each of the four may be rounded up.
    expect(sumOf(phases)).toBeLessThanOrEqual(millis + 2);
  });

  it.each<[string, (waitMillis: number) => Behaviour]>([
    ['the rest of the response', splitResponse('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n', 'ok')],
    ['what follows early hints', splitResponse('HTTP/1.1 103 Early Hints\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n')],
  ])('leave out %s, which comes after the first byte', async (_name, behaviour) => {
    // Counted in, the wait would leave nothing. A busy machine may read the first byte as late as the rest.
    for (const waitMillis of [WAIT_MILLIS, 4 * WAIT_MILLIS, 16 * WAIT_MILLIS]) {
      const receiver = await aReceiver(behaviour(waitMillis));
      const { phases, millis } = await send(aClient(), { url: urlOf(receiver) });
      expect(phases.firstByteMillis).toBeTypeOf('number');
      if (millis - sumOf(phases) >= waitMillis / 4) {
        return;
      }
    }
    expect.fail('The wait is within the phases.');
  });

  it.each<[string, readonly (keyof PhaseMillis)[], () => Promise<AttemptOutcome>]>([
    ['URL is refused', [], () => send(aClient(), { url: 'http://receiver.example.com/' })],
    ['name has no address', [], () => send(aClient({ resolve: resolveTo() }), {})],
    ['name servers hang', [], () => send(aClient({ resolve: () => new Promise(() => {}) }), {}, SHORT_DEADLINE_MILLIS)],
    ['address is refused', ['dnsMillis'], () => send(aClient({ resolve: resolveTo('10.0.0.1') }), {})],
    ['port is closed', ['dnsMillis'], async () => send(aClient(), { url: urlOf(await aStoppedReceiver()) })],
    [
      'handshake never ends',
      ['dnsMillis', 'connectMillis'],
      async () => lateAfter('connectMillis', await aReceiver(hang, { isSilent: true })),
    ],
    [
      'certificate is for another host',
      ['dnsMillis', 'connectMillis'],
      async () => send(aClient(), { url: `https://another.example.org:${(await aReceiver(hang)).port}/` }),
    ],
    [
      'answer never comes',
      ['dnsMillis', 'connectMillis', 'tlsMillis'],
      async () => lateAfter('tlsMillis', await aReceiver(hang)),
    ],
    [
      'connection is reset',
      ['dnsMillis', 'connectMillis', 'tlsMillis'],
      async () => send(aClient(), { url: urlOf(await aReceiver(reset)) }),
    ],
    [
      'answer breaks off',
      ['dnsMillis', 'connectMillis', 'tlsMillis', 'firstByteMillis'],
      async () => send(aClient(), { url: urlOf(await aReceiver(({ socket }) => socket.end('HTTP/1.1 20'))) }),
    ],
  ])('are those before the end when the %s', async (_name, expected, sendInVain) => {
    const outcome = await sendInVain();
    expect(outcome.kind).toBe('unanswered');
    expect(Object.keys(outcome.phases)).toEqual(expected);
  });

  function splitResponse(first: string, second: string): (waitMillis: number) => Behaviour {
    return (waitMillis) => (session) => {
      sendRaw(first)(session);
      delayed(waitMillis, sendRaw(second))(session);
    };
  }

  function lateAfter(phase: keyof PhaseMillis, receiver: HostileServer): Promise<AttemptOutcome> {
    return timeOutAfter(phase, (deadline) => send(aClient(), { url: urlOf(receiver) }, deadline));
  }

  async function aStoppedReceiver(): Promise<HostileServer> {
    const receiver = await aReceiver(reply(200));
    await receiver.stop();
    return receiver;
  }

  function sumOf(phases: PhaseMillis): number {
    return Object.values(phases).reduce((sum: number, millis: number) => sum + millis, 0);
  }
});

describe('the address guard', () => {
  it.each(deniedCases)('opens no socket to $url ($why)', async ({ url, layer, resolves_to = [], then }) => {
    const sockets = countSockets();
    const lookups: string[] = [];
    const responses = resolveInTurn(resolves_to, then ?? resolves_to);
    const client = createHttpsWebhookClient({
      allowedCidrs: [],
      ownHosts: [],
      resolve: (hostname) => {
        lookups.push(hostname);
        return responses();
      },
    });
    const outcomes = [
      await client.send(aRequest({ url }), AMPLE_DEADLINE_MILLIS),
      await client.send(aRequest({ url }), AMPLE_DEADLINE_MILLIS),
    ];
    // A name that does not resolve ends there; it opens no socket either.
    const refusals =
      lookups.length > 0 && resolves_to.length === 0 ? ['dns-failed'] : ['url-refused', 'address-refused'];
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'unanswered', error: expect.toBeOneOf(refusals) });
    }
    if (layer !== 'resolve') {
      expect(lookups).toEqual([]);
    }
    expect(sockets()).toBe(0);
  });

  it.each(allowedNameCases)('lets $url pass ($why)', async ({ url }) => {
    const receiver = await aReceiver(reply(200));
    const toReceiver = new URL(url);
    toReceiver.port = String(receiver.port);
    expect(await send(aClient(), { url: toReceiver.href })).toMatchObject({ kind: 'answered' });
  });

  it.each([
    'https://127.0.0.1:9001/2018-06-01/runtime/invocation/1/response',
    'https://[::ffff:127.0.0.1]:9001/2018-06-01/runtime/invocation/1/response',
    'https://169.254.169.254/latest/meta-data/',
  ])('keeps requests from %s, written as an address or behind a name', async (url) => {
    const sockets = countSockets();
    const address = new URL(url).hostname.replace(/[[\]]/g, '');
    const client = aClient({ allowedCidrs: [], resolve: resolveTo(address) });
    const behindName = new URL(url);
    behindName.hostname = HOST;
    expect(await send(client, { url })).toMatchObject({ error: 'address-refused' });
    expect(await send(client, { url: behindName.href })).toMatchObject({ error: 'address-refused' });
    expect(sockets()).toBe(0);
  });

  it.each([
    [['127.0.0.1', '10.0.0.1']],
    [['10.0.0.1', '127.0.0.1']],
    [['127.0.0.1', '::1']],
    [['127.0.0.1', 'nonsense']],
  ])('refuses a name with the addresses %j if one of them is not allowed', async (addresses) => {
    const receiver = await aReceiver(reply(200));
    const sockets = countSockets();
    const client = aClient({ resolve: resolveTo(...addresses) });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ error: 'address-refused' });
    expect(sockets()).toBe(0);
  });

  it('notices a name that was rebound after its first use, though a connection to the old address is open', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient({ resolve: resolveInTurn(['127.0.0.1'], ['10.0.0.1']) });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ kind: 'answered' });
    const sockets = countSockets();
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ error: 'address-refused' });
    expect(sockets()).toBe(0);
    expect(receiver.requests).toHaveLength(1);
  });

  it('asks once per send, so that what was checked is what is connected to', async () => {
    const receiver = await aReceiver(inTurn(reply(200), reset, reply(200)));
    const asked: string[] = [];
    const resolve = (hostname: string) => {
      asked.push(hostname);
      return resolveTo('127.0.0.1')();
    };
    const client = aClient({ resolve });
    await send(client, { url: urlOf(receiver) });
    expect(asked).toEqual([HOST]);
    await send(client, { url: urlOf(receiver) });
    expect(receiver.connectionCount()).toBe(2);
    expect(asked).toEqual([HOST, HOST]);
  });

  it('asks once for sends that begin together, and refuses all of them for a refused address', async () => {
    const receiver = await aReceiver(reply(200));
    const url = urlOf(receiver);
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    };
    const client = aClient({ resolve });
    const batch = () => Promise.all(Array.from({ length: 3 }, () => send(client, { url })));
    expect(await batch()).toMatchObject(Array(3).fill({ kind: 'answered' }));
    expect(asked).toBe(1);
    expect(await batch()).toMatchObject(Array(3).fill({ error: 'address-refused' }));
    expect(asked).toBe(2);
    expect(receiver.requests).toHaveLength(3);
  });

  it('judges a literal by itself, without a lookup, and asks for no name in TLS', async () => {
    const receiver = await aReceiver(reply(200));
    const resolve = () => Promise.reject(new Error('a literal was looked up'));
    const client = aClient({ resolve });
    expect(await send(client, { url: `https://127.0.0.1:${receiver.port}/` })).toMatchObject({ kind: 'answered' });
    expect(receiver.requests).toMatchObject([{ serverName: '' }]);
  });

  it('resolves by the system where nothing else is given', async () => {
    const receiver = await aReceiver(reply(200));
    const client = createHttpsWebhookClient({
      allowedCidrs: parseCidrList('127.0.0.0/8,::1/128'),
      ownHosts: [],
      extraCa: certificate().cert,
    });
    onTestFinished(client.close);
    const url = `https://localhost:${receiver.port}/`;
    expect(await send(client, { url })).toMatchObject({ kind: 'answered' });
    const guarded = createHttpsWebhookClient({ allowedCidrs: parseCidrList('192.0.2.0/24'), ownHosts: [] });
    expect(await send(guarded, { url })).toMatchObject({ error: 'address-refused' });
  });

  it('refuses our own API', async () => {
    const sockets = countSockets();
    expect(await send(aClient({ ownHosts: [HOST] }), {})).toMatchObject({ error: 'url-refused' });
    expect(sockets()).toBe(0);
  });

  it('judges each URL by itself, and the same URL the same again', async () => {
    const receiver = await aReceiver(reply(200));
    const client = aClient({ ownHosts: ['own.example'] });
    const refused = { kind: 'unanswered', error: 'url-refused' };
    for (let time = 0; time < 2; time += 1) {
      expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ kind: 'answered' });
      expect(await send(client, { url: urlOf(receiver).replace('https:', 'http:') })).toMatchObject(refused);
      expect(await send(client, { url: 'https://own.example/' })).toMatchObject(refused);
    }
  });
});
