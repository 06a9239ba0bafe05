/** What real servers send without being asked, and what the client makes of it. */
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_RESPONSE_PIECES } from '../../../shared/http/attempt-outcome.ts';
import { prepareSecrets } from '../../../shared/http/mask-secrets.ts';
import { readBody } from '../../../shared/http/response-body.https.ts';
import { excerptResponse } from '../../../shared/http/response-excerpt.ts';
import {
  type Behaviour,
  delayed,
  inTurn,
  reply,
  type Session,
  sendInParts,
  sendRaw,
} from '../../fakes/hostile-server.ts';
import { bodyOf, expectAllClosed, send, urlOf, useReceivers } from '../../fakes/receivers.ts';

const { aClient, aReceiver } = useReceivers();

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
const CREATED = 'HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok';

describe('an interim response that was not asked for', () => {
  it.each<[string, Behaviour]>([
    ['100 in one segment with the final one', sendRaw(CONTINUE + CREATED)],
    ['100 twice', sendRaw(CONTINUE + CONTINUE + CREATED)],
    ['100 in a segment of its own', sendInParts(CONTINUE, CREATED)],
    ['100, byte by byte', sendInParts(...(CONTINUE + CREATED))],
    ['103', sendRaw(HINTS + CREATED)],
    ['102 and 103', sendRaw(`HTTP/1.1 102 Processing\r\n\r\n${HINTS}${CREATED}`)],
  ])('is read over: %s, and the connection is kept', async (_name, behaviour) => {
    const receiver = await aReceiver(inTurn(behaviour, reply(204)));
    const client = aClient();
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({
      response: { statusCode: 201, headers: { 'content-length': '2' }, body: 'ok' },
    });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 204 } });
    expect(receiver.connectionCount()).toBe(1);
  });

  it('does not go on for ever', async () => {
    const receiver = await aReceiver(sendRaw(CONTINUE.repeat(4_000)));
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({
      error: 'protocol-violated',
      cause: 'headers-too-large',
    });
    await expectAllClosed(receiver);
  });
});

describe('the headers of a response', () => {
  it.each<[string, Behaviour]>([
    ['in one piece', sendRaw('HTTP/1.1 200 OK\r\nx-a: one\r\n two\r\n\tthree\r\ncontent-length: 2\r\n\r\nok')],
    [
      'at the border of two pieces',
      sendInParts('HTTP/1.1 200 OK\r\nx-a: one\r\n', ' two three\r\ncontent-length: 2\r\n\r\nok'),
    ],
  ])('may be folded %s', async (_name, behaviour) => {
    const receiver = await aReceiver(behaviour);
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({
      response: { headers: { 'x-a': 'one two three', 'content-length': '2' }, body: 'ok' },
    });
  });

  it('may have 64 KB in all, many or long', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `x-${index}: abcdefgh\r\n`).join('');
    const receiver = await aReceiver(
      inTurn(
        reply(200, { 'x-long': 'a'.repeat(60_000) }, 'ok'),
        sendRaw(`HTTP/1.1 200 OK\r\n${many}retry-after: 7\r\ncontent-length: 2\r\n\r\nok`),
      ),
    );
    const client = aClient();
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({
      response: { headers: { 'x-long': 'a'.repeat(60_000) }, body: 'ok' },
    });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({
      response: { headers: { 'retry-after': '7' }, body: 'ok' },
    });
  });
});

describe('a body in single bytes', () => {
  it('is read up to a bounded number of them, and its status counts', async () => {
    const chunks = '1\r\na\r\n'.repeat(60_000);
    const receiver = await aReceiver(
      sendRaw(`HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`),
    );
    const outcome = await send(aClient(), { url: urlOf(receiver) });
    expect(outcome).toMatchObject({ response: { statusCode: 201, body: 'a'.repeat(MAX_RESPONSE_PIECES) } });
    await expectAllClosed(receiver);
  });
});

describe('a compressed response', () => {
  const text = JSON.stringify({ error: { code: 'invalid_blocks', at: 'blocks[0]' } });

  it.each<[string, Buffer]>([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
  ])('is inflated: %s', async (encoding, body) => {
    const receiver = await aReceiver(compressed(encoding, body));
    expect(bodyOf(await send(aClient(), { url: urlOf(receiver) }))).toBe(text);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    // The highest quality, the default, takes a second for the same bytes.
    ['br', (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })],
  ] as const)('is inflated up to 64 KB: a bomb of %s', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(64 * 1024 * 1024, 'x'));
    const receiver = await aReceiver(compressed(encoding, bomb));
    expect(bodyOf(await send(aClient(), { url: urlOf(receiver) }))).toBe('x'.repeat(64 * 1024));
  });

  it('costs no more than its first 64 KB do', async () => {
    const bomb = gzipSync(Buffer.alloc(60 * 1024 * 1024, 'x'));
    const beginning = await cpuMicros(() => readBody(bomb, 'gzip', new AbortController().signal));
    const whole = await cpuMicros(() => gunzipSync(bomb));
    // Some 2 ms, and a hundred.
    expect(beginning).toBeLessThan(whole / 3);
  });

  it('that is cut off is inflated as far as it goes', async () => {
    // Random letters, so that 64 KB of it do not hold the whole.
    const long = Array.from({ length: 200_000 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join(
      '',
    );
    const receiver = await aReceiver(compressed('gzip', gzipSync(long)));
    expect(bodyOf(await send(aClient(), { url: urlOf(receiver) }))).toBe(long.slice(0, 64 * 1024));
  });

  it.each<[string, string, Buffer]>([
    ['is not what it says', 'gzip', Buffer.from('plain text')],
    ['is not what it says', 'br', Buffer.from('plain text')],
    ['is not what it says', 'deflate', Buffer.from('plain text')],
    ['has a coding that we do not know', 'zstd', Buffer.from('plain text')],
    ['has two codings', 'gzip, br', Buffer.from('plain text')],
  ])('that %s is read as it came', async (_name, encoding, body) => {
    const receiver = await aReceiver(compressed(encoding, body));
    expect(bodyOf(await send(aClient(), { url: urlOf(receiver) }))).toBe('plain text');
  });

  it.each<[string, string, Buffer]>([
    ['as it came', 'gzip', Buffer.alloc(0)],
    ['once it is inflated', 'gzip', gzipSync('')],
    ['once it is inflated', 'deflate', deflateSync('')],
    ['once it is inflated', 'br', brotliCompressSync('')],
  ])('may be empty %s: %s', async (_when, coding, body) => {
    const receiver = await aReceiver(compressed(coding, body));
    expect(bodyOf(await send(aClient(), { url: urlOf(receiver) }))).toBe('');
  });
});

describe('a response in another encoding than UTF-8', () => {
  const text = 'Müller: テスト not allowed here';
  const LITTLE = Buffer.from(text, 'utf16le');
  const BIG = Buffer.from(LITTLE).swap16();

  it.each<[string, string, Buffer, string?]>([
    ['ISO 8859-1', 'text/plain; charset=ISO-8859-1', Buffer.from('Müller', 'latin1'), 'Müller'],
    ['UTF-8 by its mark', 'text/plain; charset=ISO-8859-1', Buffer.from(`\ufeff${text}`)],
    ['Shift_JIS', 'text/html;charset="Shift_JIS"', Buffer.from('838583588367', 'hex'), 'ュスト'],
    ['UTF-16', 'text/plain; format=flowed; charset=utf-16', LITTLE],
    ['UTF-16 by its mark', 'text/plain', Buffer.concat([Buffer.from('fffe', 'hex'), LITTLE])],
    ['UTF-16BE by its mark', 'text/plain; charset=utf-8', Buffer.concat([Buffer.from('feff', 'hex'), BIG])],
    ['UTF-8, whatever the header means', 'text/plain; charset=none', Buffer.from(text)],
    ['UTF-8, as long as nothing is said', '', Buffer.from(text)],
    ['UTF-8 with a mark', 'application/json', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, compressed', 'text/plain; charset=utf-16le', gzipSync(LITTLE)],
  ])('is read in it: %s', async (name, type, body, expected = text) => {
    const coding = name.endsWith('compressed') ? { 'content-encoding': 'gzip' } : {};
    const receiver = await aReceiver(saying(body, { 'content-type': type, ...coding }));
    expect(bodyOf(await send(aClient(), { url: urlOf(receiver) }))).toBe(expected);
  });

  it.each<[string, Buffer]>([
    ['UTF-16', Buffer.from('key: sesame-opens', 'utf16le')],
    ['UTF-16BE', Buffer.from('key: sesame-opens', 'utf16le').swap16()],
    ['UTF-32', Buffer.from([...'key: sesame-opens'].map((sign) => `${sign}\0\0\0`).join(''), 'latin1')],
  ])('shows no secret: %s without a word about it', async (_name, body) => {
    const receiver = await aReceiver(saying(body));
    const outcome = await send(aClient(), { url: urlOf(receiver) });
    expect(excerptResponse(bodyOf(outcome) ?? '', [prepareSecrets(['sesame-opens'])])).toBe('key: ***');
  });
});

describe('bytes that arrive while no request is under way', () => {
  const LATE = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate';

  it.each<[string, Behaviour]>([
    ['a whole response', answerThen(LATE)],
    ['a part of one', answerThen('HTTP/1.1 200 OK\r\n')],
    ['one byte', answerThen('\n')],
  ])('close the connection: %s never becomes the next response', async (_name, behaviour) => {
    const receiver = await aReceiver(inTurn(behaviour, reply(500, {}, 'its own')));
    const client = aClient();
    expect(await send(client, { url: urlOf(receiver, '/tenant-a') })).toMatchObject({ response: { body: 'ok' } });
    await expectAllClosed(receiver);
    expect(await send(client, { url: urlOf(receiver, '/tenant-b') })).toMatchObject({
      response: { statusCode: 500, body: 'its own' },
    });
  });

  it('close it also where they have not been read yet when the next request is made', async () => {
    const sessions: Session[] = [];
    const answer = reply(200, {}, 'ok');
    const receiver = await aReceiver((session) => {
      sessions.push(session);
      answer(session);
    });
    const client = aClient();
    await send(client, { url: urlOf(receiver, '/tenant-a') });
    for (const session of sessions) {
      sendRaw(LATE)(session);
    }
    expect(await send(client, { url: urlOf(receiver, '/tenant-b') })).toMatchObject({ response: { body: 'ok' } });
    expect(receiver.connectionCount()).toBe(2);
  });

  it.each([
    ['a whole response', LATE],
    ['a part of one', 'HTTP/1.1 200 OK\r\nx-a: '],
    ['text', 'more'],
  ])('close it also where they come with the response: %s', async (_name, surplus) => {
    const receiver = await aReceiver(inTurn(sendRaw(CREATED + surplus), reply(500, {}, 'its own')));
    const client = aClient();
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 201, body: 'ok' } });
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({
      response: { statusCode: 500, body: 'its own' },
    });
    expect(receiver.connectionCount()).toBe(2);
  });

  it('close it where they follow a chunked body', async () => {
    const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n';
    const receiver = await aReceiver(inTurn(sendRaw(chunked), sendRaw(`${chunked}HTTP/1.1 2`), reply(204)));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    await send(client, { url: urlOf(receiver) });
    expect(receiver.connectionCount()).toBe(1);
    expect(await send(client, { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 204 } });
    expect(receiver.connectionCount()).toBe(2);
  });

  it('count as the response where they come before the request is read', async () => {
    const receiver = await aReceiver(reply(500), { greeting: 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n' });
    expect(await send(aClient(), { url: urlOf(receiver) })).toMatchObject({ response: { statusCode: 503 } });
  });

  function answerThen(late: string): Behaviour {
    return (session) => {
      sendRaw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')(session);
      delayed(30, sendRaw(late))(session);
    };
  }
});

describe('a connection whose end the receiver announces', () => {
  it('is given up before that end', async () => {
    const receiver = await aReceiver(reply(200, { 'keep-alive': 'timeout=5' }));
    const client = aClient();
    await send(client, { url: urlOf(receiver) });
    await send(client, { url: urlOf(receiver) });
    expect(receiver.connectionCount()).toBe(1);
    await expectAllClosed(receiver);
    await send(client, { url: urlOf(receiver) });
    expect(receiver.connectionCount()).toBe(2);
  });

  it('is not kept at all if that is too near', async () => {
    const receiver = await aReceiver(reply(200, { 'keep-alive': 'timeout=2, max=100' }));
    await send(aClient(), { url: urlOf(receiver) });
    await expectAllClosed(receiver);
  });
});

async function cpuMicros(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function saying(body: Buffer, headers: Readonly<Record<string, string>> = {}): Behaviour {
  const lines = Object.entries({ ...headers, 'content-length': body.length }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return sendRaw(Buffer.concat([Buffer.from(`HTTP/1.1 500 Any\r\n${lines.join('')}\r\n`), body]));
}

function compressed(encoding: string, body: Buffer): Behaviour {
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return sendRaw(Buffer.concat([Buffer.from(head), body]));
}
