/** A receiver as a user of the local system writes one: HTTPS, responds as configured, keeps each request. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RecordedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RecordingReceiver {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  respondWith(statusCode: number): void;
  stop(): Promise<void>;
}

/** `cert` and `key` are PEM, of `localhost`, and trusted by the sender. */
export async function startRecordingReceiver(cert: string, key: string): Promise<RecordingReceiver> {
  const requests: RecordedRequest[] = [];
  let statusCode = 200;
  const server = createServer({ cert, key }, async (incoming, response) => {
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
    requests.push({ headers: Object.fromEntries(headers), body: await text(incoming) });
    response.writeHead(statusCode).end('from the recording receiver\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    respondWith: (next) => {
      statusCode = next;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
