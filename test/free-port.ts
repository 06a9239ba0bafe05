/**
 * A port for a program that must be told one. It is free when it is chosen, and stays so: systems give ports from 32768 on
 * (macOS 49152) to those who ask for any, so that no server and no connection of another test takes it before the program does.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from '../local/aws/loopback-server.ts';

const FIRST = 20_000;
const BEYOND = 32_768;
const TRIES = 20;

export async function freePort(): Promise<number> {
  for (let left = TRIES; left > 0; left -= 1) {
    const server = createServer();
    try {
      const port = await listenOnLoopback(server, randomInt(FIRST, BEYOND));
      await closeServer(server);
      return port;
    } catch {
      // Another program has it.
    }
  }
  throw new Error(`${TRIES} ports are in use, one after the other`);
}
