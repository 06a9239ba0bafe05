import { describe, expect, it } from 'vitest';
import { decideRetry } from '../../../shared/delivery/decide-retry.ts';
import { ATTEMPTS_PER_CYCLE, spreadAt } from '../../../shared/delivery/retry-policy.ts';
import { LONGEST_LINE_MILLIS, turnChanges } from '../../../shared/webhook/retry-line.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { MemoryWebhookStore } from '../../fakes/memory-webhook-store.ts';

const DUE = 1_000_000;
const GAP = 1_200;

/** Turns taken one after the other by workers that have all read the webhook before the first. */
async function turnsOf(count: number, webhook = aWebhook(), dueAt = DUE) {
  const store = new MemoryWebhookStore(webhook);
  const turns: (number | undefined)[] = [];
  for (let taken = 0; taken < count; taken += 1) {
    let at: number | undefined;
    for (const change of turnChanges(webhook, { dueAt, gapMillis: GAP })) {
      at ??= await store.takeTurn(aTenantId(), aWebhookId(), change);
    }
    turns.push(at);
  }
  return { turns, store };
}

describe('the line of refused deliveries', () => {
  it('gives each a turn of its own, the first of them when it is due', async () => {
    const { turns } = await turnsOf(3);
    expect(turns).toEqual([DUE, DUE + GAP, DUE + 2 * GAP]);
  });

  it.each([
    ['has passed', DUE - 1, [DUE, DUE + GAP]],
    ['is just now', DUE, [DUE, DUE + GAP]],
    ['is yet to come', DUE + 1, [DUE + 1, DUE + 1 + GAP]],
  ])('goes on from its end if that %s', async (_when, retryTurnAt, expected) => {
    expect((await turnsOf(2, aWebhook({ retryTurnAt }))).turns).toEqual(expected);
  });

  it('takes nothing more once it is longer than half an hour', async () => {
    const full = aWebhook({ retryTurnAt: DUE + LONGEST_LINE_MILLIS });
    expect((await turnsOf(2, full)).turns).toEqual([DUE + LONGEST_LINE_MILLIS, undefined]);
  });

  it('asks the store once if it knows that there is a line, else at most twice', () => {
    expect(turnChanges(aWebhook({ retryTurnAt: DUE + 1 }), { dueAt: DUE, gapMillis: GAP })).toHaveLength(1);
    expect(turnChanges(aWebhook(), { dueAt: DUE, gapMillis: GAP })).toHaveLength(2);
  });
});

/** A receiver of one request a second, three at once, that answers 429 to the rest; retries as production makes them. */
async function deliverAtOnce(count: number, isQueuing: boolean) {
  const webhook = aWebhook();
  const store = new MemoryWebhookStore(webhook);
  const waiting = Array.from({ length: count }, (_, index) => ({
    at: 0,
    message: aDeliveryMessage({ finding: aCanonicalFinding({ id: `fnd_${index}` }) }),
  }));
  let tokens = 3;
  let refilledAt = 0;
  let delivered = 0;
  let failed = 0;
  while (waiting.length > 0) {
    waiting.sort((a, b) => b.at - a.at);
    const next = waiting.pop();
    if (next === undefined) {
      break;
    }
    const { at, message } = next;
    tokens = Math.min(3, tokens + (at - refilledAt) / 1000);
    refilledAt = at;
    if (tokens >= 1) {
      tokens -= 1;
      delivered += 1;
      continue;
    }
    const result = { kind: 'failure', cause: { statusCode: 429 } } as const;
    const policy = { baseSeconds: 30, factor: 4 };
    const decision = decideRetry({ ...message, result, policy, attemptLimit: ATTEMPTS_PER_CYCLE, nowMillis: at });
    if (decision.kind !== 'retry') {
      failed += 1;
      continue;
    }
    let turnAt: number | undefined;
    for (const change of isQueuing
      ? turnChanges(webhook, { dueAt: decision.at, gapMillis: decision.gapMillis ?? 0 })
      : []) {
      turnAt ??= await store.takeTurn(aTenantId(), aWebhookId(), change);
    }
    const spread = isQueuing ? spreadAt(decision.at, message, LONGEST_LINE_MILLIS) : decision.at;
    waiting.push({ at: turnAt ?? spread, message: { ...message, attempt: message.attempt + 1 } });
  }
  return { delivered, failed };
}

describe('deliveries that all come at once to a receiver of one a second', () => {
  it.each([300, 3_000])('%i are all delivered', async (count) => {
    expect(await deliverAtOnce(count, true)).toEqual({ delivered: count, failed: 0 });
  });

  it('would meet again and fail without a line', async () => {
    const { failed } = await deliverAtOnce(300, false);
    expect(failed).toBeGreaterThan(100);
  });
});
