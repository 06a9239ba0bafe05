/**
 * Carries out a list of effects in its order. The first that fails throws, and nothing after it happens; the first that
 * meets a row which has changed ends the list.
 */
import { carryOn } from '../../shared/delivery/carry-on.flow.ts';
import type { Effect, Fact } from '../../shared/delivery/effect.ts';
import { recordLateSuccess } from '../../shared/delivery/record-attempt.ts';
import { hopSeconds } from '../../shared/delivery/retry-policy.ts';
import type { Batch } from './batch.ts';
import { MAX_LOOKS } from './looks.ts';
import { settleMembers } from './settle-members.ts';

/** `return` leaves the message on the queue; before `notBefore` it could not be handled. */
export type Disposition = 'acknowledge' | 'return' | ReturnUntil;

export interface ReturnUntil {
  readonly kind: 'return-until';
  readonly notBefore: number;
}

/** What came of one step: a disposition, or a reason to look at the row again. */
export type Progress = Disposition | 'look-again';

type Ended = 'return' | 'look-again';
type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

export async function carryOut(batch: Batch, effects: readonly Effect[]): Promise<Progress> {
  const facts = new Set<Fact | 'done'>();
  for (const effect of effects) {
    if (effect.onlyIf !== undefined && !facts.has(effect.onlyIf)) {
      continue;
    }
    const outcome = await carryOutOne(batch, effect);
    if (outcome === 'return' || outcome === 'look-again') {
      return outcome;
    }
    facts.add(outcome);
  }
  return 'acknowledge';
}

async function carryOutOne(batch: Batch, effect: Effect): Promise<Ended | Fact | 'done'> {
  switch (effect.kind) {
    case 'record':
      return (await write(batch, effect)) === 'conflict' ? effect.ifConflict : 'done';
    case 'record-success':
      return (await write(batch, effect)) === 'conflict' && !(await recordLate(batch, effect)) ? 'return' : 'done';
    case 'record-first-success':
      return (await batch.firstSuccesses.record(effect.row)) ? 'done' : 'return';
    case 'enqueue-later': {
      const { queue, message, dueAt } = effect;
      await batch.delayQueues.enqueueLater(message.tenantId, queue, message, hopSeconds(dueAt, batch.clock.now()));
      return 'done';
    }
    case 'note-health':
      return batch.health.note(effect.webhook, effect.event);
    case 'disable-webhook':
      return disable(batch, effect);
    case 'count':
      batch.telemetry.count(effect.metric);
      return 'done';
    case 'warn':
      batch.telemetry.warn(effect.event, effect.fields);
      return 'done';
    case 'settle-members':
      return settleMembers(batch, effect.digest);
    case 'announce':
    case 'enqueue-retry':
    case 'send-redrive-message':
    case 'mark-redrive-message-sent':
      await carryOn(batch, effect);
      return 'done';
  }
}

function write({ log }: Batch, { change }: EffectOf<'record' | 'record-success'>) {
  return log.write(change.row.tenantId, change);
}

/** True once a success is on record, ours or another worker's. */
async function recordLate({ log, clock }: Batch, { message, attempt }: EffectOf<'record-success'>): Promise<boolean> {
  const { tenantId, webhookId, deliveryId } = message;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const row = await log.find(tenantId, webhookId, deliveryId);
    const change = recordLateSuccess(row, message, attempt, clock.now());
    if (change === undefined || (await log.write(tenantId, change)) === 'written') {
      return true;
    }
  }
  return false;
}

async function disable({ health, telemetry }: Batch, { webhook, reason }: EffectOf<'disable-webhook'>) {
  const outcome = await health.disable(webhook, reason);
  if (outcome === 'disabled-now') {
    const { tenantId, webhookId } = webhook;
    telemetry.count('webhook.disabled');
    telemetry.warn('webhook.disabled', { tenantId, webhookId, reason });
  }
  return outcome;
}
