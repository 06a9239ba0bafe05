/** An engine that lives behind a port of its own. */
import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Engine, WireResponse } from './engine.ts';

/** Meaningful between two hops only (RFC 9110, 7.6.1), or ours to set. */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

/** `host` is passed on as the client wrote it: engines build URLs from it. */
export function forwardTo(origin: string): Engine {
  const agent = new Agent({ keepAlive: true });
  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const options = { method, agent, headers: { ...withoutHopHeaders(headers), 'content-length': body.length } };
      const outgoing = openRequest(`${origin}${path}`, options, (incoming) => {
        readResponse(incoming).then(resolve, reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
}

async function readResponse(incoming: IncomingMessage): Promise<WireResponse> {
  const body = await buffer(incoming);
  return { statusCode: incoming.statusCode ?? 502, headers: withoutHopHeaders(singleHeaders(incoming)), body };
}

/** Repeated headers joined, as the engines here never repeat one that must not be. */
export function singleHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function withoutHopHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)));
}
