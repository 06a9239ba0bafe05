/** An API of the tests at a loopback port, for clients that are programs of their own. A token is a tenant's name. */
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from '../../local/aws/loopback-server.ts';
import { type ApiWorld, claimsOf } from './api-world.ts';

export async function serveApi(world: ApiWorld): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const tenant = request.headers.authorization?.replace('Bearer ', '');
    const claims = tenant === undefined ? undefined : claimsOf(tenant);
    const { status, headers, text } = await world.ask(request.method ?? 'GET', request.url ?? '/', { claims });
    response.writeHead(status, headers).end(text);
  });
  const port = await listenOnLoopback(server, 0);
  return { origin: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}
