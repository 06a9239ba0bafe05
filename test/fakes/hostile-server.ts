/**
 * Receivers that behave badly on real loopback sockets. A behaviour writes raw bytes, because what is tested is what a
 * client makes of bytes that no well-behaved HTTP server would send.
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { TestCertificate } from '../builders/certificate.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The name the client asked for in TLS (SNI); empty if none. */
  readonly serverName: string;
}

export interface Session {
  readonly socket: Socket;
  readonly request: ReceivedRequest;
  /** Cuts the TCP connection below TLS with a reset. */
  resetTcp(): void;
}

/** What is done once a whole request is there. */
export type Behaviour = (session: Session) => void;

export interface HostileServer {
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Accepted TCP connections, whatever became of them. */
  connectionCount(): number;
  openConnectionCount(): number;
  /** Bytes that left this process towards clients, over all connections. */
  sentBytes(): number;
  /** Closes every connection, as a load balancer does with idle ones; returns when that is done. */
  dropConnections(): Promise<void>;
  stop(): Promise<void>;
}

export interface HostileServerOptions {
  /** Accepts connections but never says a word, not even in TLS. */
  readonly isSilent?: boolean;
  /** How long it thinks about a TLS greeting before it answers it. */
  readonly handshakeMillis?: number;
  /** Sent as soon as the connection is secure, whatever the client wants. */
  readonly greeting?: string;
  /** Versions, ciphers, client certificates. */
  readonly tls?: TlsOptions;
}

export async function startHostileServer(
  certificate: TestCertificate,
  behaviour: Behaviour,
  { isSilent = false, handshakeMillis = 0, greeting = '', tls }: HostileServerOptions = {},
): Promise<HostileServer> {
  const requests: ReceivedRequest[] = [];
  const rawSockets: Socket[] = [];

  const SNICallback: TlsOptions['SNICallback'] = (_serverName, goOn) => {
    setTimeout(() => goOn(null), handshakeMillis);
  };
  const server = isSilent
    ? createServer()
    : createTlsServer({ ...certificate, ...tls, ...(handshakeMillis > 0 && { SNICallback }) });
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => {});
    socket.write(greeting);
    const resetTcp = () => rawSockets.find((raw) => raw.remotePort === socket.remotePort)?.resetAndDestroy();
    readRequests(socket, (request) => {
      const received = { ...request, serverName: typeof socket.servername === 'string' ? socket.servername : '' };
      requests.push(received);
      behaviour({ socket, request: received, resetTcp });
    });
  });
  server.on('connection', (socket: Socket) => {
    rawSockets.push(socket);
    socket.on('error', () => {});
    // Unread, a socket does not notice that the other side is gone.
    if (isSilent) {
      socket.resume();
    }
  });
  server.on('tlsClientError', () => {});
  await listen(server);

  const openSockets = () => rawSockets.filter((socket) => !socket.destroyed);
  return {
    port: portOf(server),
    requests,
    connectionCount: () => rawSockets.length,
    openConnectionCount: () => openSockets().length,
    sentBytes: () => rawSockets.reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0),
    async dropConnections() {
      await Promise.all(openSockets().map((socket) => once(socket.destroy(), 'close')));
    },
    async stop() {
      for (const socket of rawSockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

/** A web server that does not speak TLS at all: it answers a TLS greeting with `400 Bad Request`. */
export async function startPlainHttpServer(): Promise<Pick<HostileServer, 'port' | 'stop'>> {
  const server = createHttpServer((_request, response) => response.end());
  await listen(server);
  return {
    port: portOf(server),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port below TLS: what it does with a connection is all that it does. */
export async function startRawServer(
  onConnection: (socket: Socket) => void,
): Promise<Pick<HostileServer, 'port' | 'stop'>> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await listen(server);
  return {
    port: portOf(server),
    async stop() {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

/** Any status line, headers and body, with a content-length; the connection stays open. */
export function reply(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Behaviour {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers });
  return sendRaw(
    `HTTP/1.1 ${status} Any\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}

export function sendRaw(bytes: string | Buffer): Behaviour {
  return ({ socket }) => {
    socket.write(bytes);
  };
}

/** One after the other, each in a segment of its own. */
export function sendInParts(...parts: readonly string[]): Behaviour {
  return (session) => {
    const [first = '', ...rest] = parts;
    session.socket.write(first, () => rest.length > 0 && setTimeout(() => sendInParts(...rest)(session), 2));
  };
}

export const hang: Behaviour = () => {};

/** A TCP reset as soon as the request is there. */
export const reset: Behaviour = ({ resetTcp }) => resetTcp();

/** Closes in good order as soon as the request is there. */
export const hangUp: Behaviour = ({ socket }) => {
  socket.end();
};

/** A good head, then one byte of the body at a time, without end. */
export function trickle(everyMillis: number): Behaviour {
  return ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
    const timer = setInterval(() => socket.write('.'), everyMillis);
    socket.on('close', () => clearInterval(timer));
  };
}

/** A good head, then as much body as the client takes, up to a gigabyte. */
export const flood: Behaviour = ({ socket }) => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let leftBytes = 1024 ** 3;
  const push = () => {
    while (leftBytes > 0 && !socket.destroyed) {
      leftBytes -= chunk.length;
      if (!socket.write(chunk)) {
        break;
      }
    }
  };
  socket.on('drain', push);
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${leftBytes}\r\n\r\n`, push);
};

export function delayed(millis: number, behaviour: Behaviour): Behaviour {
  return (session) => {
    setTimeout(() => behaviour(session), millis);
  };
}

/** One behaviour per request, in their order; the last one goes on. */
export function inTurn(...behaviours: readonly [Behaviour, ...Behaviour[]]): Behaviour {
  let turn = 0;
  return (session) => {
    const behaviour = behaviours[Math.min(turn++, behaviours.length - 1)] ?? behaviours[0];
    behaviour(session);
  };
}

function readRequests(socket: Socket, onRequest: (request: Omit<ReceivedRequest, 'serverName'>) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    const headEnd = pending.indexOf('\r\n\r\n');
    if (headEnd === -1) {
      return;
    }
    const [requestLine = '', ...headerLines] = pending.toString('latin1', 0, headEnd).split('\r\n');
    const [method = '', target = ''] = requestLine.split(' ');
    const headers = Object.fromEntries(
      headerLines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const bodyEnd = headEnd + 4 + Number(headers['content-length'] ?? 0);
    if (pending.length < bodyEnd) {
      return;
    }
    const body = pending.toString('utf8', headEnd + 4, bodyEnd);
    pending = pending.subarray(bodyEnd);
    onRequest({ method, target, headers, body });
  });
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server does not listen on a port');
  }
  return address.port;
}
