import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createSqsCalls } from '../../local/aws/sqs-calls.ts';

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) {
    stop();
  }
});

type Answer = (response: ServerResponse) => void;

/** Gives the answers in turn. */
async function aQueue(answers: readonly Answer[]) {
  const asked: { readonly target: unknown; readonly body: unknown }[] = [];
  const server = createServer(async (incoming, response) => {
    asked.push({ target: incoming.headers['x-amz-target'], body: JSON.parse(await text(incoming)) });
    answers[asked.length - 1]?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const calls = createSqsCalls(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  stops.push(() => {
    calls.close();
    server.closeAllConnections();
    server.close();
  });
  return { calls, asked };
}

const taken: Answer = (response) => void response.end('{"MessageId":"m1"}');
const broken: Answer = (response) => void response.writeHead(500).end('{"message":"it broke"}');
const reset: Answer = (response) => response.destroy();

const SENT = { QueueUrl: 'q', MessageBody: 'é 🔥' };

describe('a call of SQS', () => {
  it('is tried again after a failure and a lost connection', async () => {
    const { calls, asked } = await aQueue([broken, reset, taken]);
    expect(await calls.call('SendMessage', SENT)).toEqual({ MessageId: 'm1' });
    expect(asked).toEqual(Array.from({ length: 3 }, () => ({ target: 'AmazonSQS.SendMessage', body: SENT })));
  });

  it('fails in the words of SQS after the third try', async () => {
    const { calls, asked } = await aQueue([broken, broken, broken, taken]);
    await expect(calls.call('SendMessage', SENT)).rejects.toThrow(
      'SQS responded 500 to SendMessage: {"message":"it broke"}',
    );
    expect(asked).toHaveLength(3);
  });

  it('that is given up is not tried again', async () => {
    const stopping = new AbortController();
    const { calls, asked } = await aQueue([() => stopping.abort()]);
    await expect(calls.call('ReceiveMessage', SENT, stopping.signal)).rejects.toThrow('aborted');
    expect(asked).toHaveLength(1);
  });
});
