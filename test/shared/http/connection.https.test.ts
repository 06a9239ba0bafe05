import { spawnSync } from 'node:child_process';
import { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { connectionOver } from '../../../shared/http/connection.https.ts';
import { openExchangeStream } from '../../../shared/http/exchange-stream.https.ts';
import { connectSecurely } from '../../../shared/http/secure-socket.https.ts';
import { reply } from '../../fakes/hostile-server.ts';
import { HOST, useReceivers } from '../../fakes/receivers.ts';

const { aReceiver, certificate } = useReceivers();

it('a fault of our own in the middle of a response ends its own attempt, as a rejection, and nothing else', async () => {
  const { port } = await aReceiver(reply(200));
  const context = createSecureContext({ ca: certificate().cert });
  const deadline = new AbortController().signal;
  const open = async () => {
    const addresses = [{ address: '127.0.0.1', family: 4 }];
    const connected = await connectSecurely({ hostname: HOST, port, addresses }, context, deadline, {});
    if (connected.kind === 'failed') {
      throw new Error(connected.cause);
    }
    return connectionOver('https://receiver', connected);
  };
  const request = { method: 'POST', host: HOST, path: '/', headers: {}, body: Buffer.from('{}') } as const;
  const [broken, other] = [await open(), await open()];
  // The time of the first byte cannot be noted: that throws where a chunk is taken, below all our promises.
  const exchange = broken.exchange(request, deadline, Object.freeze({}));
  await expect(exchange).rejects.toThrow(TypeError);
  expect(broken.isOpen()).toBe(false);
  expect(await other.exchange(request, deadline, {})).toMatchObject({ kind: 'answered' });
  other.destroy();
});

it('an error of the stream between socket and parser is heard from its first moment, whether Node listens or not', () => {
  const { stream } = openExchangeStream(new TLSSocket(new Socket()), () => {});
  // With no listener it would be thrown here, and would end the process where nothing catches it.
  expect(stream.emit('error', new Error('before Node listens'))).toBe(true);
});

it('a lack of descriptors is no failure of the receiver: the delivery stays on its queue', () => {
  const command = ['-c', 'ulimit -n 64 && exec "$@"', 'sh', process.execPath, 'test/fakes/without-descriptors.ts'];
  const { stdout, stderr } = spawnSync('sh', command, { encoding: 'utf8', timeout: 20_000 });
  expect(stderr).toBe('');
  const [without, afterwards] = JSON.parse(stdout);
  expect(without).toBe('DependencyUnavailable: network did not open a socket: EMFILE');
  expect(afterwards).toBe('unanswered');
});
