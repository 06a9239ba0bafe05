/** Starts the recording receiver and talks to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export type Misbehaviour = 'hangs' | 'fails at length' | { readonly respondsAfterMillis: number } | RateLimit;

/** What is above it gets 429 with a hint to wait one second. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export type ToReceiver =
  | {
      readonly kind: 'listen';
      readonly certificate: { readonly cert: string; readonly key: string };
      /** How many ports. */
      readonly ports: number;
    }
  | { readonly kind: 'misbehave'; readonly tenantIds: readonly string[]; readonly way: Misbehaviour }
  | { readonly kind: 'count' }
  | { readonly kind: 'report' };

export type FromReceiver =
  | { readonly kind: 'listening'; readonly ports: readonly number[] }
  | { readonly kind: 'counted'; readonly findings: number }
  /** The finding's number and when it first arrived, epoch milliseconds. */
  | {
      readonly kind: 'report';
      readonly misbehaved: number;
      readonly arrivals: readonly (readonly [number, number])[];
    };

export interface Report {
  /** POSTs that hung, failed, were responded to late or were refused. */
  readonly misbehaved: number;
  /** When each finding first arrived, epoch milliseconds, by its number. */
  readonly arrivals: ReadonlyMap<number, number>;
}

export interface RecordingReceiver {
  readonly url: string;
  /** One for each of its ports, `url` first. */
  readonly urls: readonly string[];
  misbehave(tenantIds: readonly string[], way: Misbehaviour): void;
  /** How many findings have arrived. */
  count(): Promise<number>;
  report(): Promise<Report>;
  stop(): void;
}

export async function startRecordingReceiver(
  certificate: { readonly cert: string; readonly key: string },
  ports = 1,
): Promise<RecordingReceiver> {
  const child = fork(new URL('recording-receiver.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ask = async <Kind extends FromReceiver['kind']>(
    request: ToReceiver,
    kind: Kind,
  ): Promise<Extract<FromReceiver, { kind: Kind }>> => {
    child.send(request);
    const [reply] = (await once(child, 'message')) as [FromReceiver];
    if (reply.kind !== kind) {
      throw new Error(`The receiver said ${reply.kind} where ${kind} was asked for`);
    }
    return reply as Extract<FromReceiver, { kind: Kind }>;
  };
  const listening = await ask({ kind: 'listen', certificate, ports }, 'listening');
  const urls = listening.ports.map((port) => `https://localhost:${port}`);
  return {
    url: urls[0] ?? '',
    urls,
    misbehave: (tenantIds, way) => void child.send({ kind: 'misbehave', tenantIds, way } satisfies ToReceiver),
    count: async () => (await ask({ kind: 'count' }, 'counted')).findings,
    report: async () => {
      const { misbehaved, arrivals } = await ask({ kind: 'report' }, 'report');
      return { misbehaved, arrivals: new Map(arrivals) };
    },
    stop: () => child.disconnect(),
  };
}
