/**
 * A receiver is down for an hour in the middle of 5,000 findings. The published follower catches up, and the published command
 * says whether anything is missing; the service is its own code on in-memory queues and tables.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import { HORIZON_MILLIS } from '../../shared/delivery/listed-event.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import type { OutgoingRequest } from '../../shared/http/attempt-outcome.ts';
import { anSqsEvent, messageRecord } from '../builders/delivery.ts';
import { aFinding, aFindingEvent, aTenantId } from '../builders/finding.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { pathOf } from '../docs/snippet-runners.ts';
import { serveApi } from '../fakes/api-over-http.ts';
import { anApiWorld } from '../fakes/api-world.ts';
import { MemoryNoticeMarks } from '../fakes/memory-notice-marks.ts';
import { MemoryUnreadFindings } from '../fakes/memory-unread-findings.ts';
import { aSendWorld } from '../fakes/send-world.ts';

const FINDINGS = 5_000;
/** As a batch of `dispatch` has them. */
const PER_BATCH = 10;
const BATCH_EVERY_MILLIS = 45_000;
const HOUR_MILLIS = 3_600_000;
/** Of six hours and a quarter an hour in the middle. */
const DOWN_FROM_MILLIS = 150 * 60_000;
const PULL = { since: 0, only: false };

const folder = mkdtempSync(join(tmpdir(), 'thalian-catch-up-'));
const COMMAND = join(import.meta.dirname, '..', '..', 'receivers', 'check', 'check-complete.ts');

/** Two tenants alike; the receiver is acme's. */
function aService() {
  const globex = aWebhook({ tenantId: aTenantId('globex'), pull: PULL });
  const world = aSendWorld({ webhooks: [aWebhook({ pull: PULL }), globex], replies: [(request) => receive(request)] });
  const { store, queues, returns, telemetry, clock, log } = world;
  // On the same clock and tables.
  const api = anApiWorld();
  const start = clock.now();
  const posted = new Set<string>();
  const isDown = () => clock.now() >= start + DOWN_FROM_MILLIS && clock.now() < start + DOWN_FROM_MILLIS + HOUR_MILLIS;
  const dispatch = createDispatch({
    ...{ webhooks: store, queues, rejected: queues, strays: queues, returns, telemetry, clock, log },
    ...{ events: api.events, unread: new MemoryUnreadFindings(), notices: new MemoryNoticeMarks() },
  });
  const due: { readonly at: number; readonly message: DeliveryMessage }[] = [];

  function receive({ headers }: OutgoingRequest): number | 'connect-failed' {
    if (isDown()) {
      return 'connect-failed';
    }
    posted.add(headers['webhook-id'] ?? '');
    return 204;
  }

  async function send(queue: TargetQueue, messages: readonly DeliveryMessage[]): Promise<void> {
    for (let first = 0; first < messages.length; first += PER_BATCH) {
      const records = messages
        .slice(first, first + PER_BATCH)
        .map((message, index) => ({ ...messageRecord(message, { queue }), messageId: `m${index}` }));
      expect(await world.receive(...records)).toEqual([]);
    }
    for (const { message, delaySeconds } of queues.retries.splice(0)) {
      due.push({ at: clock.now() + delaySeconds * 1000, message });
    }
  }

  async function passTime(millis: number): Promise<void> {
    clock.moveOn(millis);
    const ready = due.filter(({ at }) => at <= clock.now());
    due.splice(0, due.length, ...due.filter(({ at }) => at > clock.now()));
    await send(
      'retry',
      ready.map(({ message }) => message),
    );
  }

  return {
    ...{ api, posted, clock, log },
    async publish(tenantId: string, ids: readonly string[]): Promise<void> {
      const bodies = ids.map((id) => ({ body: aFindingEvent({ tenantId, finding: aFinding({ id }) }) }));
      expect((await dispatch(anSqsEvent(...bodies))).batchItemFailures).toEqual([]);
      for (const [queue, planned] of Map.groupBy(queues.planned.splice(0), ({ queue: of }) => of)) {
        await send(
          queue,
          planned.map(({ message }) => message),
        );
      }
    },
    passTime,
    async untilAllHaveEnded(): Promise<void> {
      while (due.length > 0) {
        await passTime(60_000);
      }
    },
  };
}

async function run(command: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, command, { cwd: folder, env: { PATH: process.env['PATH'], ...environment } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { stdout, stderr, code };
}

describe('a receiver that was down for an hour', { timeout: 120_000 }, () => {
  const service = aService();
  let api: Awaited<ReturnType<typeof serveApi>>;
  const own = join(folder, 'own.txt');

  beforeAll(async () => {
    for (let first = 0; first < FINDINGS; first += PER_BATCH) {
      const ids = Array.from({ length: PER_BATCH }, (_, index) => `fnd_${first + index}`);
      await service.publish('acme', ids);
      if (first % 500 === 0) {
        await service.publish('globex', ids);
      }
      await service.passTime(BATCH_EVERY_MILLIS);
    }
    await service.untilAllHaveEnded();
    service.api.clock.moveOn(service.clock.now() + HORIZON_MILLIS + 1 - service.api.clock.now());
    for (const tenantId of ['acme', 'globex'].map(aTenantId)) {
      await service.api.store.add(tenantId, aWebhook({ tenantId, pull: PULL }));
    }
    api = await serveApi(service.api);
  }, 120_000);
  afterAll(async () => {
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const check = (...more: readonly string[]) =>
    run([COMMAND, '--api', api.origin, '--webhook', 'wh_siem', '--file', own, ...more], { WEBHOOK_TOKEN: 'acme' });

  it('has not got what exhausted its retries meanwhile, and the command says so', async () => {
    const failed = [...service.log.rows.values()].filter(
      ({ tenantId, status }) => tenantId === 'acme' && status === 'failed',
    );
    expect(failed.length).toBeGreaterThan(600);
    writeFileSync(own, [...service.posted].join('\n'));
    const { code, stdout } = await check('--json');
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report).toMatchObject({ complete: false, due: { count: FINDINGS } });
    expect(report.missing.map(({ id }: { readonly id: string }) => id).sort()).toEqual(
      failed.map(({ deliveryId }) => deliveryId).sort(),
    );
  });

  it('catches up by the published follower, and is complete by the command', async () => {
    const environment = { API: api.origin, TOKEN: 'acme', WEBHOOK_ID: 'wh_siem' };
    expect(await run([pathOf('follow-events.mjs')], environment)).toMatchObject({ code: 0, stderr: '' });
    const pulled = readFileSync(join(folder, 'wh_siem.ndjson'), 'utf8');
    expect(pulled.trim().split('\n')).toHaveLength(FINDINGS);
    writeFileSync(own, `${[...service.posted].join('\n')}\n${pulled}`);
    const { code, stdout } = await check();
    expect(stdout).toContain(`Complete: you have all ${FINDINGS}.`);
    expect(code).toBe(0);
  });

  it('finds the one finding that is withheld', async () => {
    const lines = readFileSync(join(folder, 'wh_siem.ndjson'), 'utf8').trim().split('\n');
    const [withheld = '{}'] = lines.splice(2_718, 1);
    writeFileSync(own, lines.join('\n'));
    const { code, stdout } = await check();
    expect(code).toBe(1);
    expect(stdout).toContain(`MISSING: 1 of ${FINDINGS}`);
    expect(stdout).toContain(JSON.parse(withheld)['webhook-id']);
    expect(stdout).toContain(aFinding().title);
  });

  it('never sees an event of another tenant', async () => {
    const lines = readFileSync(join(folder, 'wh_siem.ndjson'), 'utf8').trim().split('\n');
    const ids = new Set(lines.map((line) => JSON.parse(line)['webhook-id']));
    const theirs = service.api.events.eventsOf(aTenantId('globex'), aWebhookId());
    expect(theirs).toHaveLength(100);
    expect(theirs.filter(({ deliveryId }) => ids.has(deliveryId))).toEqual([]);
  });
});
