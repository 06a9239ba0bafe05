/**
 * What becomes of a burst for a receiver that takes one request a second, three at once: how many findings arrive, after
 * how long, and how often the receiver has to refuse. Before it, how many of the same arrive where there is no limit.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readDeliveryLog } from '../local/demo/evidence.ts';
import { makeFindings, publishLoad } from '../local/load/load.ts';
import { type LocalRun, thisSystem, withLocalRun } from './local-run.ts';
import type { RateLimit } from './receiver-process.ts';

const FREE = 'without a limit';
const LIMITED = 'one a second, three at once';
const IN_TURNS = 'the same, at a known pace';
const TENANT_IDS: Readonly<Record<string, string>> = {
  [FREE]: 'tenant-free',
  [LIMITED]: 'tenant-limited',
  [IN_TURNS]: 'tenant-in-turns',
};
const PACES = { 'tenant-in-turns': { perMinute: 60 } };
const LIMIT: RateLimit = { perSecond: 1, burst: 3 };
const FINDINGS = 300;

/** One a second takes five minutes; the rest is for what has to come again. */
const PATIENCE_MILLIS = 420_000;
const LOOK_EVERY_MILLIS = 1_000;

export async function measureBurst(): Promise<void> {
  await withLocalRun(
    Object.values(TENANT_IDS),
    thisSystem(),
    async (run) => {
      run.receiver.misbehave(
        [LIMITED, IN_TURNS].map((name) => TENANT_IDS[name] ?? ''),
        LIMIT,
      );
      for (const [name, tenantId] of Object.entries(TENANT_IDS)) {
        const { delivered, failed, waiting, refusals, seconds } = await burst(run, tenantId);
        const refused = `${refusals} refusals (${((100 * refusals) / FINDINGS).toFixed(0)} %)`;
        const fate = `${delivered} delivered, ${failed} failed, ${waiting} waiting after ${seconds.toFixed(0)} s`;
        console.log(`  ${FINDINGS} findings at once, ${name.padEnd(LIMITED.length)}: ${fate}; ${refused}`);
      }
    },
    { paces: PACES },
  );
}

async function burst({ system, receiver }: LocalRun, tenantId: string) {
  const { clients, description } = system;
  const before = (await receiver.report()).misbehaved;
  const startedAt = Date.now();
  await publishLoad(clients.eventBridge, description.findingsBus, makeFindings(FINDINGS, [tenantId], startedAt));
  for (;;) {
    const rows = await readDeliveryLog(clients.dynamo, description.tables.deliveryLog);
    const count = (status: string) => rows.filter((row) => row.tenantId === tenantId && row.status === status).length;
    const [delivered, failed] = [count('delivered'), count('failed')];
    const waiting = FINDINGS - delivered - failed;
    if (waiting === 0 || Date.now() - startedAt > PATIENCE_MILLIS) {
      const refusals = (await receiver.report()).misbehaved - before;
      return { delivered, failed, waiting, refusals, seconds: (Date.now() - startedAt) / 1_000 };
    }
    await pause(LOOK_EVERY_MILLIS);
  }
}
