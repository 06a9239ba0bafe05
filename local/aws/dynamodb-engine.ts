/** DynamoDB by dynalite, in memory. It knows no transactions, no TTL and no streams; nothing here needs them. */
import dynalite from 'dynalite';
import type { RunningEngine } from './engine.ts';
import { closeServer, LOOPBACK, listenOnLoopback } from './loopback-server.ts';

export async function startDynamoDbEngine(): Promise<RunningEngine> {
  const server = dynalite({ createTableMs: 0 });
  const port = await listenOnLoopback(server, 0);
  return { origin: `http://${LOOPBACK}:${port}`, stop: () => closeServer(server) };
}
