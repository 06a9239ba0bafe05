/** The suite's receiver on this machine, for a stack that may reach it: an HTTPS server with its records in memory. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../../../local/aws/loopback-server.ts';
import type { ReceiverCertificate } from '../../../local/receiver/certificate.ts';
import { type RecordedRequest, type RequestRecords, receive } from './receive.ts';

export interface LoopbackReceiver {
  readonly url: string;
  readonly records: RequestRecords;
  stop(): Promise<void>;
}

export async function startLoopbackReceiver({ cert, key }: ReceiverCertificate): Promise<LoopbackReceiver> {
  const records = createMemoryRecords();
  const server = createServer({ cert, key }, (incoming, response) => {
    // A sender that gives up half-way is its own affair.
    serve(records, incoming, response).catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server, 0);
  return { url: `https://localhost:${port}`, records, stop: () => closeServer(server) };
}

async function serve(records: RequestRecords, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(incoming);
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
  const reply = await receive(records, { url: incoming.url ?? '/', headers, body, receivedAt: Date.now() });
  if (reply !== 'no-answer') {
    setTimeout(() => response.writeHead(reply.statusCode, reply.headers).end(), reply.afterMillis);
  }
}

export function createMemoryRecords(): RequestRecords {
  const counts = new Map<string, number>();
  const requests: RecordedRequest[] = [];
  return {
    async countUp(webhookId) {
      const nth = (counts.get(webhookId) ?? 0) + 1;
      counts.set(webhookId, nth);
      return nth;
    },
    async add(request) {
      requests.push(request);
    },
    list: async (wanted) => requests.filter(({ path }) => path === wanted),
  };
}
