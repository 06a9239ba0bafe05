/**
 * A receiver in a process of its own, so that its work is not counted as ours. It notes when each finding first arrived,
 * and from a given moment on it hangs, fails, responds late or refuses what is too much, for the tenants that it is given.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { MAX_RESPONSE_BYTES } from '../shared/http/attempt-outcome.ts';
import type { FromReceiver, Misbehaviour, RateLimit, ToReceiver } from './receiver-process.ts';

const misbehaving = new Map<string, Respond>();
let misbehaved = 0;
const arrivals = new Map<number, number>();

/** As much of a response as `send` reads. */
const LARGE_ERROR = JSON.stringify({ error: 'The index "security" was not found. '.repeat(2_000) }).slice(
  0,
  MAX_RESPONSE_BYTES,
);

type Respond = (response: ServerResponse) => Promise<void> | void;

function accept(response: ServerResponse): void {
  response.writeHead(204).end();
}

/** For one tenant. */
function responding(way: Misbehaviour): Respond {
  if (way === 'hangs') {
    return () => {
      misbehaved += 1;
    };
  }
  if (way === 'fails at length') {
    return (response) => {
      misbehaved += 1;
      response.writeHead(500, { 'content-type': 'application/json' }).end(LARGE_ERROR);
    };
  }
  if ('respondsAfterMillis' in way) {
    return async (response) => {
      misbehaved += 1;
      await pause(way.respondsAfterMillis);
      accept(response);
    };
  }
  return limited(way);
}

/** A bucket of tokens that fills at the limit's rate. */
function limited({ perSecond, burst }: RateLimit): Respond {
  let tokens = burst;
  let filledAt = performance.now();
  return (response) => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    if (tokens >= 1) {
      tokens -= 1;
      return accept(response);
    }
    misbehaved += 1;
    response.writeHead(429, { 'retry-after': '1' }).end();
  };
}

const report = (message: FromReceiver) => process.send?.(message);

async function listen(certificate: { readonly cert: string; readonly key: string }): Promise<number> {
  const server = createServer(certificate, async (request, response) => {
    const body = (await buffer(request)).toString('utf8');
    const finding = Number(/fnd_load_(\d+)/.exec(body)?.[1]);
    arrivals.set(finding, arrivals.get(finding) ?? Date.now());
    await (misbehaving.get(request.url?.slice(1) ?? '') ?? accept)(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

process.on('message', async (message: ToReceiver) => {
  switch (message.kind) {
    case 'listen': {
      const ports = await Promise.all(Array.from({ length: message.ports }, () => listen(message.certificate)));
      return report({ kind: 'listening', ports });
    }
    case 'misbehave':
      return message.tenantIds.forEach((tenantId) => void misbehaving.set(tenantId, responding(message.way)));
    case 'count':
      return report({ kind: 'counted', findings: arrivals.size });
    case 'report':
      return report({ kind: 'report', misbehaved, arrivals: [...arrivals] });
  }
});
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
