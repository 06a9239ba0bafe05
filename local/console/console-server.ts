/**
 * What CloudFront is in AWS: the console and the API behind one origin. Pages come built, or hot from their sources; what
 * the console must know is at `/config.json`; `/v1/` goes on to the API.
 */
import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import type { ConsoleEnvironment } from '../../console/env.ts';
import { CONSOLE_HEADERS, contentSecurityPolicy } from '../../shared/topology/console-headers.ts';
import { closeServer, LOOPBACK, listenOnLoopback } from '../aws/loopback-server.ts';
import { CONSOLE_DIST } from './build-console.ts';
import { builtPages, type Pages } from './built-pages.ts';
import { type HotPages, hotPages } from './hot-pages.ts';

export interface ConsoleServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly apiUrl: string;
  readonly environment: ConsoleEnvironment;
  /** From the sources, and changed in open pages when they change. Without the security headers: Vite could not work. */
  readonly isHot: boolean;
}

export interface ConsoleServer {
  readonly consoleUrl: string;
  stop(): Promise<void>;
}

export async function startConsoleServer(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const { port, apiUrl, environment, isHot } = options;
  const server = createServer((incoming, response) => serve(incoming, response));
  const hot: HotPages | undefined = isHot ? await hotPages(server) : undefined;
  const pages = hot?.pages ?? readBuiltPages(environment);
  const consoleUrl = `http://${LOOPBACK}:${await listenOnLoopback(server, port)}`;
  return {
    consoleUrl,
    async stop() {
      await hot?.stop();
      await closeServer(server);
    },
  };

  function serve(incoming: IncomingMessage, response: ServerResponse): void {
    const target = incoming.url ?? '/';
    const path = target.split('?')[0] ?? target;
    if (path.startsWith('/v1/')) {
      forward(`${apiUrl}${target}`, incoming, response);
    } else if (path === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(environment));
    } else {
      pages(path, response);
    }
  }
}

/** Headers and all, but for the name of this host: CloudFront asks the API under the API's own name. */
function forward(url: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { host: _, ...headers } = incoming.headers;
  const outgoing = openRequest(url, { method: incoming.method, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  outgoing.on('error', () => {
    if (response.headersSent) {
      response.destroy();
    } else {
      response.writeHead(502, { 'content-type': 'text/plain' }).end('The API does not answer.\n');
    }
  });
  incoming.pipe(outgoing);
}

/** Built before, by `buildConsole`. */
function readBuiltPages({ issuerUrl }: ConsoleEnvironment): Pages {
  return builtPages(CONSOLE_DIST, {
    ...CONSOLE_HEADERS,
    'content-security-policy': contentSecurityPolicy([new URL(issuerUrl).origin]),
  });
}
