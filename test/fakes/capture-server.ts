/** A plain HTTP server on loopback for a vendor's own client: keeps what it sends, and answers always the same. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { TestCertificate } from '../builders/certificate.ts';

export interface CapturedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CaptureServer {
  /** `127.0.0.1` and the port. */
  readonly host: string;
  readonly requests: readonly CapturedRequest[];
  stop(): Promise<void>;
}

export interface CannedResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** With a certificate it speaks HTTPS. */
export async function startCaptureServer(
  { statusCode, headers = {}, body }: CannedResponse,
  certificate?: TestCertificate,
): Promise<CaptureServer> {
  const requests: CapturedRequest[] = [];
  const capture = async (incoming: IncomingMessage, response: ServerResponse) => {
    const received = await buffer(incoming);
    requests.push({
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      body: received.toString('utf8'),
    });
    response.writeHead(statusCode, headers).end(body);
  };
  const serve = (incoming: IncomingMessage, response: ServerResponse) => {
    capture(incoming, response).catch(() => response.destroy());
  };
  const server = certificate === undefined ? createServer(serve) : createTlsServer({ ...certificate }, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
