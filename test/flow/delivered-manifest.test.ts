/**
 * An afternoon of a webhook that chose manifests: its receiver keeps the bodies that it gets, and loses one. The published command
 * finds that one by the manifests alone; the service is its own handlers on in-memory queues and tables, on one clock.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { createHandler as createReconcile } from '../../functions/reconcile/handler.ts';
import type { OutgoingRequest } from '../../shared/http/attempt-outcome.ts';
import { anSqsEvent, messageRecord } from '../builders/delivery.ts';
import { aFinding, aFindingEvent } from '../builders/finding.ts';
import { aWebhook } from '../builders/webhook.ts';
import { MemoryDueDeliveries } from '../fakes/memory-due-deliveries.ts';
import { MemoryEventList } from '../fakes/memory-event-list.ts';
import { MemoryManifestSchedules } from '../fakes/memory-manifest-schedules.ts';
import { MemoryNoticeMarks } from '../fakes/memory-notice-marks.ts';
import { MemoryUnreadFindings } from '../fakes/memory-unread-findings.ts';
import { aSendWorld } from '../fakes/send-world.ts';

const HOUR = 3_600_000;
const FIVE_MINUTES = 300_000;
const NOON = Date.UTC(2026, 10, 23, 12);
const PROVEN = aWebhook({ pull: { since: 0, only: false, manifestsSince: NOON } });
const COMMAND = join(import.meta.dirname, '..', '..', 'receivers', 'check', 'check-complete.ts');

interface Kept {
  readonly 'webhook-id': string;
  readonly body: string;
}

function aService() {
  const kept: Kept[] = [];
  const receive = ({ headers, body }: OutgoingRequest) => {
    kept.push({ 'webhook-id': headers['webhook-id'] ?? '', body });
    // Every seventh response is lost: what is delivered again has the same id.
    return kept.length % 7 === 0 ? 503 : 204;
  };
  const world = aSendWorld({ webhooks: [PROVEN], replies: [receive] });
  const { clock, queues, store, log, telemetry, returns, announcer } = world;
  clock.moveOn(NOON - clock.now());
  const events = new MemoryEventList();
  const schedules = new MemoryManifestSchedules();
  const { tenantId, webhookId } = PROVEN;
  schedules.schedules.set(`${tenantId}#${webhookId}`, { tenantId, webhookId, chosenAt: NOON, lookAt: NOON });
  const dispatch = createDispatch({
    ...{ webhooks: store, queues, events, rejected: queues, strays: queues, returns, telemetry, clock, log },
    ...{ unread: new MemoryUnreadFindings(), notices: new MemoryNoticeMarks() },
  });
  const reconcile = createReconcile({
    ...{ due: new MemoryDueDeliveries(log, schedules), schedules, webhooks: store, eventReader: events, log },
    ...{ retryQueue: queues, redriveQueue: queues, announcer, telemetry, clock, manifestPeriodMillis: HOUR },
  });
  const send = async () => {
    for (const { queue, message } of queues.planned.splice(0)) {
      await world.receive(messageRecord(message, { queue }));
    }
    for (const { message } of queues.retries.splice(0)) {
      await world.receive(messageRecord(message, { queue: 'retry' }));
    }
  };
  return {
    kept,
    async publish(id: string): Promise<void> {
      const finding = aFinding({ id, detectedAt: new Date(clock.now()).toISOString() });
      await dispatch(anSqsEvent({ body: aFindingEvent({ tenantId: 'acme', finding }) }));
      await send();
    },
    async pass(millis: number): Promise<void> {
      for (const until = clock.now() + millis; clock.now() < until; ) {
        clock.moveOn(FIVE_MINUTES);
        await reconcile({}, { getRemainingTimeInMillis: () => 30_000 });
        await send();
      }
    },
  };
}

describe('a receiver that is sent manifests', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'thalian-manifests-'));
  const service = aService();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    for (let number = 0; number < 30; number += 1) {
      await service.publish(`fnd_${number}`);
      await service.pass(FIVE_MINUTES);
    }
    await service.pass(2 * HOUR);
  });

  function check(kept: readonly Kept[], ...more: readonly string[]) {
    const file = join(folder, 'kept.ndjson');
    writeFileSync(file, kept.map((one) => JSON.stringify(one)).join('\n'));
    const args = [COMMAND, '--manifests', file, '--file', file, ...more];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  const typeOf = ({ body }: Kept): string => JSON.parse(body).type;

  it('has one of each hour, also of the one in which nothing was due', () => {
    const manifests = service.kept.filter((one) => typeOf(one) === 'webhook.manifest');
    const spans = new Map(manifests.map(({ body, 'webhook-id': id }) => [JSON.parse(body).data.since, id]));
    expect([...spans.keys()]).toEqual(
      [12, 13, 14, 15].map((hour) => `2026-11-23T${hour}:00:00.000Z`).slice(0, spans.size),
    );
    expect(spans.size).toBeGreaterThanOrEqual(4);
    expect(new Set(manifests.map((one) => one['webhook-id'])).size).toBe(spans.size);
  });

  it('is complete by the command', () => {
    const { status, stdout, stderr } = check(service.kept);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Complete: you have all 30.');
  });

  it('has lost one finding, which the command names', () => {
    const findings = service.kept.filter((one) => typeOf(one) === 'finding.detected');
    const lost = findings.at(-1)?.['webhook-id'] ?? '';
    const { status, stdout } = check(service.kept.filter((one) => one['webhook-id'] !== lost));
    expect(status).toBe(1);
    expect(stdout).toContain(
      `MISSING: 1 of 30.\n  ${lost}  listed from 2026-11-23T14:00:00.000Z until 2026-11-23T15:00:00.000Z`,
    );
  });

  it('has lost one manifest, which the command says too', () => {
    const second = service.kept.filter((one) => !one.body.includes('"since":"2026-11-23T13:00:00.000Z"'));
    const { status, stdout } = check(second);
    expect(status).toBe(1);
    expect(stdout).toContain('NO MANIFEST from 2026-11-23T13:00:00.000Z until 2026-11-23T14:00:00.000Z');
  });
});
