/**
 * One port for TLS and for plain HTTP, distinguished by their first byte. Every client uses TLS but the emulator itself:
 * its API Gateway fetches the keys of its Cognito by plain HTTP, from the one port that it is configured with.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { LOOPBACK } from '../../local/aws/loopback-server.ts';

/** Of a record with which TLS begins (RFC 8446, 5.1); no HTTP request begins with it. */
const HANDSHAKE = 0x16;

export interface TwoProtocolPort {
  readonly port: number;
  /** Cuts the connections that are open. */
  close(): Promise<void>;
}

/** Connections go on to one of two ports on this machine. They may be opened later. */
export async function openTwoProtocolPort(tlsPort: number, plainPort: number): Promise<TwoProtocolPort> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Reset before it said anything; later errors are the pipelines'.
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      const target = connect(first[0] === HANDSHAKE ? tlsPort : plainPort, LOOPBACK);
      target.write(first);
      // The end of one side, good or bad, is the end of the other.
      pipeline(socket, target, socket, () => {});
    });
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of open) {
        socket.destroy();
      }
      await once(server, 'close');
    },
  };
}
