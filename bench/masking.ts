/**
 * What a failed delivery costs, from its message to its record, for an ordinary webhook and for one with as many secrets
 * as it may have; and when an innocent delivery is sent whose batch is full of those. Storage is in memory, the client
 * and the receiver are real.
 */

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as z from 'zod';
import { createHandler } from '../functions/send/handler.ts';
import { createOauthAccessTokens } from '../shared/http/access-tokens.oauth.ts';
import { parseCidrList } from '../shared/http/address.ts';
import { createHttpsWebhookClient } from '../shared/http/webhook-client.https.ts';
import { systemClock } from '../shared/runtime/clock.system.ts';
import type { AttemptedLine } from '../shared/runtime/telemetry.port.ts';
import type { Webhook, WebhookSecret } from '../shared/webhook/webhook.ts';
import { aDeliveryMessage, anSqsEvent, DELIVERY_QUEUE_URL, messageRecord } from '../test/builders/delivery.ts';
import { aCanonicalFinding } from '../test/builders/finding.ts';
import { aWebhook, aWebhookId } from '../test/builders/webhook.ts';
import { MemoryBatchReader } from '../test/fakes/memory-batch-reader.ts';
import { MemoryDeliveryLog } from '../test/fakes/memory-delivery-log.ts';
import { MemoryDigestMembers } from '../test/fakes/memory-digest-members.ts';
import { MemoryFailingBudget } from '../test/fakes/memory-failing-budget.ts';
import { MemoryQueues } from '../test/fakes/memory-queues.ts';
import { MemoryReturns } from '../test/fakes/memory-returns.ts';
import { MemoryRevisionMarks } from '../test/fakes/memory-revision-marks.ts';
import { MemorySecretStore } from '../test/fakes/memory-secret-store.ts';
import { MemoryWebhookStore } from '../test/fakes/memory-webhook-store.ts';
import { RecordingAnnouncer } from '../test/fakes/recording-announcer.ts';
import { RecordingTelemetry } from '../test/fakes/recording-telemetry.ts';

const BATCH = 10;
const BATCHES = 30;
const ROUNDS = 5;

interface Destination {
  readonly path: string;
  readonly secret: () => WebhookSecret;
}

const SIGNING = { current: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

const ordinary = (path: string): Destination => ({ path, secret: () => ({ signing: SIGNING }) });
const heavy = (path: string, header: () => string): Destination => ({
  path,
  secret: () => ({
    signing: SIGNING,
    headers: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x-key-${index}`, header()])),
  }),
});

function inOnePiece(): string {
  return randomBytes(1_536).toString('base64');
}

function inWords(): string {
  return inOnePiece()
    .replaceAll(/(.{8})./g, '$1 ')
    .trim();
}

const destinations: Readonly<Record<string, Destination>> = {
  'an ordinary failure': ordinary('/fails'),
  'the same on a kept connection': ordinary('/fails-on-a-kept-connection'),
  'a 64 KB error': ordinary('/fails-at-length'),
  '20 headers of 2 KB, a short error': heavy('/fails', inOnePiece),
  '20 headers of 2 KB, a 64 KB error': heavy('/fails-at-length', inOnePiece),
  '20 headers of 2 KB in words, a 64 KB error': heavy('/fails-at-length', inWords),
  '20 headers of 2 KB, all echoed': heavy('/echoes', inOnePiece),
};

export async function measureMasking(): Promise<void> {
  const receiver = fork(new URL('masking-receiver.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [greeting] = await once(receiver, 'message');
  const { port, cert } = z.object({ port: z.number(), cert: z.string() }).parse(greeting);
  const client = createHttpsWebhookClient({
    allowedCidrs: parseCidrList('127.0.0.1/32'),
    ownHosts: [],
    extraCa: cert,
  });
  try {
    await compareCpu(port, client);
    await compareDelay(port, client);
  } finally {
    client.close();
    receiver.disconnect();
  }
}

type Client = ReturnType<typeof createHttpsWebhookClient>;

/** In turns, so that whatever else the machine does meets all of them. */
async function compareCpu(port: number, client: Client): Promise<void> {
  const senders = await Promise.all(
    Object.values(destinations).map((destination) => aSender(port, client, [destination])),
  );
  const millis = senders.map(() => [] as number[]);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, sender] of senders.entries()) {
      const before = process.cpuUsage();
      for (let batch = 0; batch < BATCHES; batch += 1) {
        await sender.deliver(BATCH);
      }
      const { user, system } = process.cpuUsage(before);
      // The first round warms up.
      if (round > 0) {
        millis[index]?.push((user + system) / 1_000 / (BATCH * BATCHES));
      }
    }
  }
  const medians = millis.map(median);
  const [base = 1] = medians;
  for (const [index, name] of Object.keys(destinations).entries()) {
    console.log(`  ${name.padEnd(45)} ${show(medians[index])} ms of CPU, ${show((medians[index] ?? 0) / base)} times`);
  }
}

/** Nine webhooks with secrets that were never prepared, and one that is innocent. */
async function compareDelay(port: number, client: Client): Promise<void> {
  const innocent = ordinary('/accepts');
  const alone: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < 4 * ROUNDS; round += 1) {
    const neighbour = heavy('/fails-at-length', inWords);
    alone.push(
      await lastAccepted(await aSender(port, client, [...Array(9).fill(ordinary('/fails-at-length')), innocent])),
    );
    beside.push(await lastAccepted(await aSender(port, client, [...Array(9).fill(neighbour), innocent])));
  }
  console.log(`  an innocent delivery beside nine ordinary 64 KB failures: attempted after ${show(median(alone))} ms`);
  console.log(
    `  beside nine of 20 headers of 2 KB in words: after ${show(median(beside))} ms, ${show(median(beside) / median(alone))} times`,
  );
}

async function lastAccepted({ deliver, accepted }: Sender): Promise<number> {
  const startedAt = performance.now();
  await deliver(BATCH);
  return (accepted.at(-1) ?? Number.NaN) - startedAt;
}

interface Sender {
  /** One batch of so many deliveries, to the destinations in turn. */
  readonly deliver: (count: number) => Promise<void>;
  /** When attempts succeeded. */
  readonly accepted: readonly number[];
}

/** The handler of `send`, on storage in memory. */
async function aSender(port: number, client: Client, to: readonly Destination[]): Promise<Sender> {
  const secrets = new MemorySecretStore();
  const webhooks = await Promise.all(to.map((destination, index) => connect(port, secrets, destination, index)));
  const store = new MemoryWebhookStore(...webhooks);
  const log = new MemoryDeliveryLog();
  const queues = new MemoryQueues();
  const accepted: number[] = [];
  class Stopwatch extends RecordingTelemetry {
    override attempted(line: AttemptedLine): void {
      if (line.decision === 'done') {
        accepted.push(performance.now());
      }
    }
  }
  const handler = createHandler({
    reader: new MemoryBatchReader(store, log),
    log,
    health: store,
    lines: store,
    failingBudget: new MemoryFailingBudget(),
    marks: new MemoryRevisionMarks(),
    digestMembers: new MemoryDigestMembers(log),
    secrets,
    client,
    tokens: createOauthAccessTokens(client, systemClock),
    retryQueue: queues,
    delayQueues: queues,
    redriveQueue: queues,
    poison: queues,
    returns: new MemoryReturns(),
    announcer: new RecordingAnnouncer(),
    telemetry: new Stopwatch(),
    clock: systemClock,
    policy: { baseSeconds: 30, factor: 4 },
    deliveryQueueUrl: DELIVERY_QUEUE_URL,
    newLease: () => 'lease',
  });
  let sent = 0;
  return {
    accepted,
    async deliver(count) {
      const records = Array.from({ length: count }, () => {
        const { tenantId, webhookId } = webhooks[sent % webhooks.length] ?? aWebhook();
        sent += 1;
        const finding = aCanonicalFinding({ id: `fnd_${sent}` });
        // By the delivery queue a failing webhook's delivery would be sent on without an attempt.
        return messageRecord(aDeliveryMessage({ tenantId, webhookId, finding }), { queue: 'retry' });
      });
      await handler(anSqsEvent(...records), { getRemainingTimeInMillis: () => 30_000 });
    },
  };
}

async function connect(
  port: number,
  secrets: MemorySecretStore,
  { path, secret }: Destination,
  index: number,
): Promise<Webhook> {
  const webhook = aWebhook({ webhookId: aWebhookId(`wh_${index}`), url: `https://localhost:${port}${path}` });
  const reference = await secrets.create(webhook.tenantId, webhook.webhookId, `v${index}`, secret());
  return { ...webhook, secret: reference };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function show(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(2);
}
