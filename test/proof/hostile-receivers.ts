/**
 * One attempt at each kind of hostile receiver: what came of it, what it cost this process, and which sockets it left.
 * Run alone, it writes its part of `docs/reliability.md`.
 */
import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { makeAttempt } from '../../shared/attempt/make-attempt.flow.ts';
import type { Attempt } from '../../shared/delivery/delivery.ts';
import { format } from '../../shared/destinations/json/json.ts';
import { createOauthAccessTokens } from '../../shared/http/access-tokens.oauth.ts';
import { parseCidrList } from '../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';
import type { WebhookClient } from '../../shared/http/webhook-client.port.ts';
import type { WebhookSecret } from '../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import { aFinding } from '../builders/finding.ts';
import { aWebhook } from '../builders/webhook.ts';
import { HOST, HOSTILE_KINDS, type HostileKind } from './hostile-kinds.ts';
import { hostileReceiversSection, type MetReceiver, withSection } from './hostile-section.ts';

interface MeasuredAttempt {
  readonly outcome: string;
  readonly cpuMillis: number;
}

const PROGRAM = join(import.meta.dirname, 'serve-hostile-kinds.ts');
const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'reliability.md');

const DEADLINES = [10_000];
/** For what never ends. On a busy machine a short deadline may come before the phase that never ends: then the next counts. */
const SHORT_DEADLINES = [500, 2_000, 8_000];
const ROUNDS = 5;
const START_MILLIS = 60_000;
const CLOSE_MILLIS = 15_000;

const ORDINARY: WebhookSecret = { signing: { current: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } };
const LONG: WebhookSecret = {
  ...ORDINARY,
  headers: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x-secret-${index}`, longValue(index)])),
};

const servedSchema = z.object({ ports: z.array(z.number()), extraCa: z.string() });

export async function meetHostileReceivers(rounds = ROUNDS): Promise<readonly MetReceiver[]> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [line] = await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(START_MILLIS) });
    const { ports, extraCa } = servedSchema.parse(JSON.parse(String(line)));
    const met: MetReceiver[] = [];
    for (const [index, kind] of HOSTILE_KINDS.entries()) {
      met.push(await meet(kind, ports[index] ?? 0, extraCa, rounds));
    }
    return met;
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}

/** Whether everything came as it must, and nothing is left. */
export function isSound({ outcome, expected, left }: MetReceiver): boolean {
  return outcome === expected && left === 0;
}

async function meet(kind: HostileKind, port: number, extraCa: string, rounds: number): Promise<MetReceiver> {
  const sockets: Socket[] = [];
  const note = (message: unknown) => {
    sockets.push((message as { readonly socket: Socket }).socket);
  };
  subscribe('net.client.socket', note);
  const attempts: MeasuredAttempt[] = [];
  let kept = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const client = aClient(kind, extraCa);
      attempts.push(await attemptInTime(kind, port, client));
      kept = await openWhenSettled(sockets, kind.isKept ? 1 : 0);
      client.close();
    }
  } finally {
    unsubscribe('net.client.socket', note);
  }
  const outcomes = [...new Set(attempts.map(({ outcome }) => outcome))];
  const costs = attempts.map(({ cpuMillis }) => cpuMillis).sort((a, b) => a - b);
  return {
    name: kind.name,
    outcome: outcomes.join(' or '),
    expected: kind.outcome,
    cpuMillis: costs[Math.floor(costs.length / 2)] ?? 0,
    kept: Math.min(kept, kind.isKept ? 1 : 0),
    left: Math.max(0, kept - (kind.isKept ? 1 : 0)) + (await openWhenSettled(sockets, 0)),
  };
}

async function attemptInTime(kind: HostileKind, port: number, client: WebhookClient): Promise<MeasuredAttempt> {
  const isEndless = kind.outcome.startsWith('timeout-');
  let measured: MeasuredAttempt | undefined;
  for (const deadlineMillis of isEndless ? SHORT_DEADLINES : DEADLINES) {
    const before = process.cpuUsage();
    const { attempt } = await attemptAt(kind, port, client, deadlineMillis);
    const { user, system } = process.cpuUsage(before);
    measured = { outcome: outcomeOf(attempt), cpuMillis: (user + system) / 1000 };
    if (measured.outcome === kind.outcome) {
      break;
    }
  }
  return measured ?? { outcome: '', cpuMillis: 0 };
}

function attemptAt({ hasLongSecrets }: HostileKind, port: number, client: WebhookClient, deadlineMillis: number) {
  const clock = { now: () => Date.now(), schedule: () => () => {} };
  const { deliveryId } = aDeliveryMessage();
  const webhook = aWebhook({ url: `https://${HOST}:${port === 0 ? 443 : port}/hook` });
  const secret = hasLongSecrets ? LONG : ORDINARY;
  const impatient = {
    ...client,
    send: (request: Parameters<typeof client.send>[0]) => client.send(request, deadlineMillis),
  };
  return makeAttempt(
    { client: impatient, tokens: createOauthAccessTokens(impatient, clock), clock },
    { webhook, format, secret },
    { deliveryId, attempt: 1 },
    aFinding(),
  );
}

function aClient({ addresses = ['127.0.0.1'] }: HostileKind, extraCa: string) {
  return createHttpsWebhookClient({
    allowedCidrs: parseCidrList('127.0.0.0/8'),
    ownHosts: [],
    extraCa,
    resolve: async (): Promise<readonly LookupAddress[]> => {
      switch (addresses) {
        case 'hanging':
          return new Promise(() => {});
        case 'unknown':
          throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
        default:
          return addresses.map((address) => ({ address, family: 4 }));
      }
    },
  });
}

function outcomeOf({ statusCode, error, cause }: Attempt): string {
  return statusCode === undefined
    ? (cause ?? error ?? '')
    : [statusCode, cause].filter((part) => part !== undefined).join(', ');
}

/** How many sockets are open once as many are as should be, or once they had time enough to close. */
async function openWhenSettled(sockets: readonly Socket[], expected: number): Promise<number> {
  const end = performance.now() + CLOSE_MILLIS;
  const open = () => sockets.filter(({ destroyed }) => !destroyed).length;
  while (open() !== expected && performance.now() < end) {
    await setTimeout(1);
  }
  return open();
}

function longValue(index: number): string {
  return `${index}-`.padEnd(2_000, `secret${index}value`);
}

if (import.meta.main) {
  const met = await meetHostileReceivers();
  writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), hostileReceiversSection(met)));
  const wrong = met.filter((one) => !isSound(one));
  for (const { name, outcome, expected, left } of wrong) {
    console.log(`${name}: ${outcome}, not ${expected}; ${left} sockets left`);
  }
  console.log(`${met.length - wrong.length} of ${met.length} kinds came as they must. docs/reliability.md written.`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
