/**
 * A digest has ended: each member gets its outcome on its own row. It is done in parts and may be done again, because a worker
 * may die or run out of time: what a row says already is not said twice.
 */
import { announceFailure } from '../../shared/delivery/announcement.ts';
import { type ContinuationPorts, carryOn } from '../../shared/delivery/carry-on.flow.ts';
import { continuationEffects, continuationOf } from '../../shared/delivery/continuation.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { markSettled, membersOf, settleMember } from '../../shared/delivery/digest.ts';
import type { DigestMembers } from '../../shared/delivery/digest-members.port.ts';
import type { RowChange } from '../../shared/delivery/row-change.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import { MAX_LOOKS } from './looks.ts';

export interface SettlingPorts extends ContinuationPorts {
  readonly digestMembers: DigestMembers;
  readonly telemetry: Telemetry<'send'>;
  isShortOfTime(): boolean;
}

/** As many rows as one read takes, and as many writes side by side. */
export const AT_ONCE = 50;

/** A bound for the query: many more than one invocation can send messages for. */
const MOST_LEFT_OUT = 100_000;

/** `return`: the message of the digest comes back and goes on with the rest. */
export async function settleMembers(ports: SettlingPorts, ended: DeliveryRow): Promise<'done' | 'return'> {
  const { tenantId, webhookId, deliveryId } = ended;
  // As it is stored: another worker may have recorded its end, with other members.
  const digest = (await ports.log.find(tenantId, webhookId, deliveryId)) ?? ended;
  const members = membersOf(digest) ?? [];
  for (const ids of inParts(members)) {
    const rows = await ports.digestMembers.read(tenantId, webhookId, ids);
    const recorded = await Promise.all(rows.map((row) => recordOutcome(ports, digest, row, settleMember)));
    if (recorded.includes(false) || ports.isShortOfTime()) {
      return 'return';
    }
  }
  if (!(await pushOnOthers(ports, digest, new Set(members)))) {
    return 'return';
  }
  await ports.log.write(tenantId, markSettled(digest));
  return 'done';
}

/** Those that named the digest and were left out: their own messages are used up. */
async function pushOnOthers(
  { digestMembers, retryQueue, isShortOfTime }: SettlingPorts,
  { tenantId, webhookId, deliveryId }: DeliveryRow,
  members: ReadonlySet<DeliveryId>,
): Promise<boolean> {
  const named = await digestMembers.list(tenantId, webhookId, deliveryId, MOST_LEFT_OUT);
  for (const ids of inParts(named.filter((id) => !members.has(id)))) {
    const rows = await digestMembers.read(tenantId, webhookId, ids);
    const open = rows.filter(({ status, digestId }) => status === 'pending' && digestId === deliveryId);
    await Promise.all(open.map((row) => retryQueue.enqueueRetry(tenantId, continuationOf(row), 0)));
    if (isShortOfTime()) {
      return false;
    }
  }
  return true;
}

export type Outcome = (digest: DeliveryRow, row: DeliveryRow, nowMillis: number) => RowChange | undefined;

/** False if others write the row again and again. */
export async function recordOutcome(
  ports: Omit<SettlingPorts, 'digestMembers' | 'isShortOfTime'>,
  digest: DeliveryRow,
  row: DeliveryRow,
  outcome: Outcome,
): Promise<boolean> {
  const { tenantId, webhookId, deliveryId } = row;
  let stored: DeliveryRow | undefined = row;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const change: RowChange | undefined = stored && outcome(digest, stored, ports.clock.now());
    if (change === undefined) {
      return true;
    }
    if ((await ports.log.write(tenantId, change)) === 'written') {
      await report(ports, change.row);
      return true;
    }
    stored = await ports.log.find(tenantId, webhookId, deliveryId);
  }
  return false;
}

const METRICS = {
  delivered: 'delivery.delivered',
  failed: 'delivery.failed',
  held: 'delivery.held',
  cancelled: 'delivery.cancelled',
} as const;

/** As of a delivery that ends alone: counted, and what its row still needs is done. */
async function report(ports: Omit<SettlingPorts, 'digestMembers' | 'isShortOfTime'>, row: DeliveryRow): Promise<void> {
  const { status, reason } = row;
  if (status !== 'pending') {
    ports.telemetry.count(reason === 'superseded' ? 'delivery.superseded' : METRICS[status]);
  }
  for (const effect of continuationEffects(row)) {
    await carryOn(ports, effect);
  }
  if (status === 'failed' && reason !== 'exhausted') {
    await carryOn(ports, { kind: 'announce', tenantId: row.tenantId, announcement: announceFailure(row) });
  }
}

export function inParts<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_, part) =>
    items.slice(part * AT_ONCE, (part + 1) * AT_ONCE),
  );
}
