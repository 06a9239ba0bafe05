/**
 * A receiver in a process of its own, so that its work is not counted as ours. It notes when each finding first arrived,
 * and from a given moment on it hangs, or responds late, to the tenants that it is given.
 */
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { FromReceiver, SlowWay, ToReceiver } from './receiver-process.ts';

const slow = new Map<string, SlowWay>();
let slowed = 0;
const arrivals = new Map<number, number>();

const tell = (message: FromReceiver) => process.send?.(message);

function listen(certificate: { readonly cert: string; readonly key: string }): void {
  const server = createServer(certificate, async (request, response) => {
    const body = (await buffer(request)).toString('utf8');
    const finding = Number(/fnd_load_(\d+)/.exec(body)?.[1]);
    arrivals.set(finding, arrivals.get(finding) ?? Date.now());
    const way = slow.get(request.url?.slice(1) ?? '');
    slowed += way === undefined ? 0 : 1;
    if (way === 'hangs') {
      return;
    }
    if (way !== undefined) {
      await pause(way.respondsAfterMillis);
    }
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    tell({ kind: 'listening', port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
  });
}

process.on('message', (message: ToReceiver) => {
  switch (message.kind) {
    case 'listen':
      return listen(message.certificate);
    case 'slow-down':
      return message.tenantIds.forEach((tenantId) => void slow.set(tenantId, message.way));
    case 'count':
      return tell({ kind: 'counted', findings: arrivals.size });
    case 'report':
      return tell({ kind: 'report', slowed, arrivals: [...arrivals] });
  }
});
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
