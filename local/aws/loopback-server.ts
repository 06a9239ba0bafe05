/** Servers that only this machine can reach. */
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export const LOOPBACK = '127.0.0.1';

const LOOPBACK_HOSTS: readonly string[] = ['localhost', LOOPBACK, '[::1]'];

export function isLoopbackUrl({ hostname }: URL): boolean {
  return LOOPBACK_HOSTS.includes(hostname);
}

/** `port` 0 takes a free one. Returns the port; rejects in plain words if it is taken. */
export function listenOnLoopback(server: Server | TlsServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use on this machine.`) : error);
    });
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Open connections are cut: the end does not wait for long polls and idle keep-alives. */
export function closeServer(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
