/**
 * Kills `send` again and again while it delivers to receivers in a bad state, and then reckons: whatever was accepted
 * must be delivered, or have failed where people see it, by the receiver's own record. `node test/proof/kill-test.ts`.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readCount, readOptions } from '../../local/command-line.ts';
import type { Discrepancy } from '../../local/demo/compare-evidence.ts';
import { peekRedriveMessages, readDeliveryLog, readRows } from '../../local/demo/evidence.ts';
import { predict, understandLine } from '../../local/demo/expectation.ts';
import type { FindingLine } from '../../local/demo/findings-file.ts';
import { waitUntilEnded } from '../../local/demo/wait-until-ended.ts';
import type { ConnectedDemoWebhook } from '../../local/demo-webhooks.ts';
import { endWith } from '../../local/end-with.ts';
import { audit } from '../../local/load/audit.ts';
import { startFlappingReceiver } from '../../local/load/flapping-receiver.ts';
import { connectLoadWebhooks, type LoadWebhook, makeFindings, publishLoad } from '../../local/load/load.ts';
import { type Random, seededRandom } from '../../local/load/seeded-random.ts';
import { type LocalSystem, startLocalSystem } from '../../local/local-system.ts';
import { LOCAL_FOLDER } from '../../local/stack-file.ts';

export interface KillTestOptions {
  readonly findings: number;
  readonly kills: number;
  readonly seed: number;
  readonly onProgress: (progress: KillTestProgress) => void;
}

export interface KillTestProgress {
  readonly kills: number;
  readonly published: number;
  readonly posts: number;
  /** Of the deliveries; undefined while the killing goes on and the log is not read. */
  readonly ended?: number;
  readonly elapsedSeconds: number;
}

export interface KillTestStats {
  /** That were accepted. */
  readonly findings: number;
  readonly deliveries: number;
  readonly kills: number;
  readonly posts: number;
  /** POSTs of what the receiver had accepted before. */
  readonly duplicates: number;
  /** POSTs that no attempt on record accounts for. */
  readonly unrecorded: number;
  readonly delivered: number;
  /** With a redrive message. */
  readonly failed: number;
  readonly lost: number;
  readonly seconds: number;
  /** What was lost, and whatever else is not as it should be. */
  readonly problems: readonly Discrepancy[];
}

/** From the first finding to the last delivery. */
const MAX_MILLIS = 4.5 * 60_000;

/** Production's 180 s would make the test wait for minutes. Still above what a batch takes with a slow receiver. */
const VISIBILITY_SECONDS = 10;

/** A process that is back at work is killed again after so much at most: a POST or two, or in the middle of a batch. */
const MAX_LIFE_MILLIS = 1_500;

/** A killed process's replacement loads its code and waits for messages. */
const BACK_AT_WORK_WITHIN_MILLIS = 60_000;

const LOOK_EVERY_MILLIS = 20;

const TENANTS = ['acme', 'globex', 'initech', 'umbrella'];

/** Every finding matches two of them at least; the shaky one exhausts attempts often enough to show. */
const WEBHOOKS: readonly LoadWebhook[] = [
  { label: 'siem', behaviour: 'flap', signing: 'generate', minSeverity: 'info' },
  { label: 'soar', behaviour: 'flap', query: 'fails=10&slow=30', signing: 'none', minSeverity: 'info' },
  { label: 'shaky', behaviour: 'flap', query: 'fails=60&slow=0', signing: 'generate', minSeverity: 'critical' },
];

/** What was put on the bus, and what EventBridge took of it. */
interface Load {
  readonly published: readonly FindingLine[];
  readonly accepted: readonly FindingLine[];
}

/** Starts a local system of its own. Rejects if the test itself cannot go on; whatever is lost is in the figures. */
export async function runKillTest({ findings, kills, seed, onProgress }: KillTestOptions): Promise<KillTestStats> {
  const random = seededRandom(seed);
  let attempts = 0;
  const system = await startLocalSystem({
    logsFolder: join(LOCAL_FOLDER, 'logs', 'kill-test'),
    onFunctionLine(line) {
      if (line.includes('"delivery.attempted"')) {
        attempts += 1;
      }
    },
    aws: { visibilitySeconds: VISIBILITY_SECONDS },
  });
  endWith(system);
  try {
    const { receiverCert, receiverKey } = system.description;
    const receiver = await startFlappingReceiver({ cert: receiverCert, key: receiverKey }, random);
    try {
      const webhooks = new Map<string, readonly ConnectedDemoWebhook[]>();
      for (const tenantId of TENANTS) {
        webhooks.set(tenantId, await connectLoadWebhooks(tenantId, WEBHOOKS, system.stores, receiver));
      }
      const startedAt = Date.now();
      const secondsSoFar = () => Math.round((Date.now() - startedAt) / 1000);
      const load = await publishAndKill(system, makeFindings(findings, TENANTS, startedAt), kills, {
        random,
        attempts: () => attempts,
        onKill: (killed, published) =>
          onProgress({ kills: killed, published, posts: receiver.requests.length, elapsedSeconds: secondsSoFar() }),
      });
      const expect = (lines: readonly FindingLine[]) =>
        predict(
          lines.map((line) => understandLine(line, startedAt)),
          (tenantId) => webhooks.get(tenantId) ?? [],
        ).deliveries;
      const deliveries = expect(load.accepted);
      const { dynamo, sqs } = system.clients;
      const { tables, queues } = system.description;
      await waitUntilEnded(deliveries, {
        readRows: (some) => readRows(dynamo, tables.deliveryLog, some),
        deadlineAt: startedAt + MAX_MILLIS,
        onLook: (ended) =>
          onProgress({
            kills,
            published: load.published.length,
            posts: receiver.requests.length,
            ended,
            elapsedSeconds: secondsSoFar(),
          }),
      });
      const { lost, wrong, ...counts } = audit(deliveries, expect(load.published), {
        rows: await readDeliveryLog(dynamo, tables.deliveryLog),
        requests: [...receiver.requests],
        redriveMessages: await peekRedriveMessages(sqs, queues['exhausted-deliveries']),
      });
      return {
        findings: load.accepted.length,
        deliveries: deliveries.length,
        kills,
        ...counts,
        lost: lost.length,
        seconds: secondsSoFar(),
        problems: [...lost, ...wrong],
      };
    } finally {
      await receiver.stop();
    }
  } finally {
    await system.stop();
  }
}

interface Killing {
  readonly random: Random;
  /** How many have been made since the start. */
  readonly attempts: () => number;
  readonly onKill: (killed: number, published: number) => void;
}

async function publishAndKill(
  system: LocalSystem,
  lines: readonly FindingLine[],
  kills: number,
  killing: Killing,
): Promise<Load> {
  const accepted: FindingLine[] = [];
  let killed = 0;
  let published = 0;
  for (const share of shares(lines, kills)) {
    const taken = await publishLoad(system.clients.eventBridge, system.description.findingsBus, share);
    accepted.push(...share.filter(({ lineNumber }) => taken.has(lineNumber)));
    published += share.length;
    await killAtWork(system, killing);
    killed += 1;
    killing.onKill(killed, published);
  }
  return { published: lines, accepted };
}

/** As many as there are kills, so that every kill meets fresh work. */
function shares(lines: readonly FindingLine[], count: number): readonly (readonly FindingLine[])[] {
  const borders = Array.from({ length: count + 1 }, (_, index) => Math.round((index * lines.length) / count));
  return borders.slice(1).map((end, index) => lines.slice(borders[index], end));
}

/** Kills one of the processes of `send` at a random moment after an attempt: a kill before that would meet no work. */
async function killAtWork({ functions }: LocalSystem, { random, attempts }: Killing): Promise<void> {
  const hosted = random() < 0.5 ? functions.send : functions.sendRetries;
  const deadlineAt = Date.now() + BACK_AT_WORK_WITHIN_MILLIS;
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      if (Date.now() > deadlineAt) {
        throw new Error('send did not come back to work');
      }
      await pause(LOOK_EVERY_MILLIS);
    }
  };
  await until(() => hosted.pid() !== undefined);
  const pid = hosted.pid();
  const before = attempts();
  await until(() => attempts() > before);
  await pause(random() * MAX_LIFE_MILLIS);
  if (pid === undefined || pid !== hosted.pid()) {
    throw new Error('send ended without being killed');
  }
  process.kill(pid, 'SIGKILL');
  await until(() => hosted.pid() !== pid);
}

const USAGE = `node test/proof/kill-test.ts [--findings N] [--kills N] [--seed N]

  --findings N  to publish (default: 2000)
  --kills N     of send, while they are delivered (default: 25)
  --seed N      of the receivers' behaviours and the moments of the kills (default: a fresh one, which is printed)`;

async function main(): Promise<number> {
  const values = readOptions({
    findings: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '25' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seed = readCount('seed', values.seed);
  const findings = readCount('findings', values.findings);
  const kills = readCount('kills', values.kills);
  console.error(`Seed ${seed}`);
  const { problems, ...stats } = await runKillTest({
    findings,
    kills,
    seed,
    onProgress: showProgress(),
  });
  for (const { subject, problem } of problems.slice(0, MAX_PROBLEMS_SHOWN)) {
    console.error(`${subject} ${problem}`);
  }
  console.log(JSON.stringify(stats, undefined, 2));
  return problems.length === 0 ? 0 : 1;
}

const MAX_PROBLEMS_SHOWN = 20;

const SAY_EVERY_SECONDS = 5;

/** A line for every kill, and then one every few seconds. */
function showProgress(): (progress: KillTestProgress) => void {
  let saidAt = 0;
  return ({ elapsedSeconds, published, kills, posts, ended }) => {
    if (ended !== undefined && elapsedSeconds - saidAt < SAY_EVERY_SECONDS) {
      return;
    }
    saidAt = elapsedSeconds;
    const ends = ended === undefined ? '' : `, ${ended} deliveries ended`;
    console.error(
      `${String(elapsedSeconds).padStart(4)} s  ${published} findings, ${kills} kills, ${posts} POSTs${ends}`,
    );
  };
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
