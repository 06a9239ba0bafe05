/** The ports of one invocation of a function that queues or the schedule start. */

import type { DispatchDependencies } from '../../../functions/dispatch/batch.ts';
import type { ReconcileDependencies } from '../../../functions/reconcile/dependencies.ts';
import type { SendDependencies } from '../../../functions/send/dependencies.ts';
import { secretValues } from '../../../shared/attempt/outgoing-request.schema.ts';
import type { BatchReading, DeliveryKey } from '../../../shared/delivery/batch-reader.port.ts';
import type { PlannedDelivery } from '../../../shared/delivery/plan-deliveries.ts';
import type { RevisionMark } from '../../../shared/delivery/revision-mark.ts';
import type { DeliveryId } from '../../../shared/runtime/ids.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';
import { MemoryFailingBudget } from '../../fakes/memory-failing-budget.ts';
import { type Call, makeCall, never, rowWrite, secretRead } from './calls.ts';
import type { Invocation } from './invocation.ts';
import { tableLine } from './kinds.ts';
import type { SimulatedAccount } from './simulated-account.ts';
import type { SimulatedQueue } from './simulated-queue.ts';
import { createTelemetry } from './simulated-telemetry.ts';

export function createPorts(account: SimulatedAccount, invocation: Invocation) {
  const { clock, random, mishaps, ledger } = account;

  const call = <Value>(what: Call<Value>) => makeCall(account, invocation, what);

  const log: SendDependencies['log'] = {
    async find(_tenantId, _webhookId, deliveryId) {
      const row = await call({
        dependency: 'delivery-log',
        operation: 'read a row',
        apply: () => account.rows.get(deliveryId),
      });
      invocation.hasRead(deliveryId, row);
      return row;
    },
    async write(_tenantId, change) {
      const outcome = await call(rowWrite(account, () => account.write(invocation, change)));
      if (outcome === 'written') {
        invocation.hasRead(change.row.deliveryId, change.row);
      }
      return outcome;
    },
    async putAll(rows) {
      const missing = await call<ReadonlySet<DeliveryId>>({
        dependency: 'delivery-log',
        operation: 'write a batch of rows',
        apply: () => {
          for (const row of rows) {
            account.put(invocation, row);
          }
          return new Set();
        },
        special: 'left-out',
        applySpecial: () => {
          mishaps.saw('delivery-log: items unprocessed');
          const leftOut = rows.filter(() => random.chance(0.5));
          for (const row of rows.filter((other) => !leftOut.includes(other))) {
            account.put(invocation, row);
          }
          return new Set(leftOut.map(({ deliveryId }) => deliveryId));
        },
      });
      if (missing.size > 0) {
        ledger.faultMet(invocation, `${missing.size} rows unprocessed`);
      }
      return missing;
    },
  };

  const advance: SendDependencies['marks']['advance'] = async (tenantId, webhookId, findingId, change) => {
    const outcome = await account.marks.advance(tenantId, webhookId, findingId, change);
    const { deliveryId, revision } = change.set;
    const message = deliveryId && invocation.messages.get(deliveryId);
    if (outcome.kind === 'written' && message !== undefined) {
      account.trace.note(message.deliveryId, `${invocation.name}: begins revision ${revision}`);
      ledger.begun(message, findingId, revision);
    } else if (outcome.kind === 'written') {
      ledger.revisions.passedOver(tenantId, webhookId, findingId, revision);
    } else if (isWaited(outcome.mark, clock.now()) && outcome.mark?.deliveryId !== deliveryId) {
      mishaps.saw('revision: waits for another');
    }
    return outcome;
  };

  const marks: SendDependencies['marks'] = {
    advance: (...args) =>
      call({
        dependency: 'delivery-log',
        operation: 'begin a revision',
        apply: () => advance(...args),
        // The SDK repeats a write whose response was lost, and meets what it has written itself.
        special: 'looks-like-conflict',
        applySpecial: async () => {
          await advance(...args);
          mishaps.saw('delivery-log: lost response looks like a conflict');
          return advance(...args);
        },
      }),
  };

  const notices: DispatchDependencies['notices'] = {
    find: (tenantId, webhookId) =>
      call({
        dependency: 'config-table',
        operation: 'read the mark of a notice',
        apply: () => account.noticeMarks.find(tenantId, webhookId),
      }),
    replace: (tenantId, webhookId, before, mark) =>
      call({
        dependency: 'config-table',
        operation: 'note a notice',
        apply: async () => {
          const outcome = await account.noticeMarks.replace(tenantId, webhookId, before, mark);
          const webhook = account.webhook(tenantId, webhookId);
          const broken = outcome === 'written' ? ledger.notices.marked(tenantId, webhookId, mark, webhook) : undefined;
          if (broken !== undefined) {
            ledger.violate(webhookId, broken);
          }
          return outcome;
        },
      }),
  };

  const digestMembers: SendDependencies['digestMembers'] = {
    list: (tenantId, webhookId, digestId, limit) =>
      call({
        dependency: 'delivery-log',
        operation: 'list the members of a digest',
        apply: () =>
          [...account.rows.values()]
            .filter((row) => row.tenantId === tenantId && row.webhookId === webhookId)
            // The index lags: now and then it does not show one that waits yet, or shows one that has moved on.
            .filter((row) =>
              !mishaps.isCalm && random.chance(0.05)
                ? row.digestId === digestId && row.status !== 'pending'
                : row.digestId === digestId && row.status === 'pending',
            )
            .map(({ deliveryId }) => deliveryId)
            .slice(0, limit),
      }),
    read: (_tenantId, _webhookId, ids) =>
      call({
        dependency: 'delivery-log',
        operation: 'read the members of a digest',
        apply: () => ids.map((id) => account.rows.get(id)).filter((row) => row !== undefined),
      }),
  };

  async function readOne(key: DeliveryKey): Promise<BatchReading> {
    const { tenantId, webhookId, deliveryId } = key;
    return { kind: 'read', webhook: account.webhook(tenantId, webhookId), row: account.rows.get(deliveryId) };
  }

  const reader: SendDependencies['reader'] = {
    async read(keys) {
      const readings = await call({
        dependency: mishaps.isDown('config-table') ? 'config-table' : 'delivery-log',
        operation: 'read a batch',
        apply: () => Promise.all(keys.map(readOne)),
        special: 'left-out',
        applySpecial: () => {
          mishaps.saw('delivery-log: keys unprocessed');
          return Promise.all(
            keys.map((key) =>
              random.chance(0.5) ? ({ kind: 'unread', because: 'unprocessed' } as const) : readOne(key),
            ),
          );
        },
      });
      readings.forEach((reading, index) => void noteReading(keys[index]?.deliveryId, reading));
      return readings;
    },
  };

  function noteReading(deliveryId: DeliveryId | undefined, reading: BatchReading): void {
    const message = deliveryId && invocation.messages.get(deliveryId);
    if (message === undefined || reading.kind === 'unread') {
      return;
    }
    const line = tableLine(reading.row, message, clock.now());
    mishaps.saw(line);
    account.trace.note(message.deliveryId, `${invocation.name}: reads ${line} (n = ${message.attempt})`);
    invocation.hasRead(message.deliveryId, reading.row);
    invocation.knowledgeOf(message.deliveryId).webhook = reading.webhook;
  }

  const health: SendDependencies['health'] = {
    update: (tenantId, webhookId, update) =>
      call({
        dependency: 'config-table',
        operation: 'update a webhook',
        apply: async () => {
          const outcome = await account.webhooks.update(tenantId, webhookId, update);
          const state = update.set?.state;
          if (outcome === 'written' && state?.kind === 'disabled' && state.reason !== undefined) {
            mishaps.saw(`webhook: disabled as ${state.reason}`);
          }
          if (outcome === 'written' && update.set?.turns !== undefined) {
            mishaps.saw('webhook: slowed down by a refusal');
          }
          if (outcome === 'written' && update.health?.kind === 'pace') {
            mishaps.saw(`webhook: noted as ${update.health.slowAt === undefined ? 'quick' : 'slow'}`);
            ledger.paceNoted(tenantId, webhookId, update.health.slowAt);
          }
          return outcome;
        },
      }),
  };

  const lines: SendDependencies['lines'] = {
    takeTurn: (tenantId, webhookId, change) =>
      call({
        dependency: 'config-table',
        operation: 'take a turn',
        apply: async () => {
          const before = account.webhook(tenantId, webhookId);
          const at = await account.webhooks.takeTurn(tenantId, webhookId, change);
          if (at !== undefined && change.end === 'nextTurnAt') {
            mishaps.saw('delivery: takes a turn of a pace');
            ledger.turnsTaken(invocation, before, at, change.gapMillis);
          } else if (at !== undefined) {
            mishaps.saw(change.to.kind === 'begin' ? 'delivery: begins a line' : 'delivery: joins a line');
            ledger.turnTaken(tenantId, webhookId, at, change.gapMillis);
          }
          return at;
        },
      }),
  };

  const secrets: SendDependencies['secrets'] = {
    read: (tenantId, reference) => call(secretRead(account, tenantId, reference)),
  };

  const client: SendDependencies['client'] = {
    async send(request, deadlineMillis) {
      const isLast = invocation.spendCall();
      if (invocation.isOver) {
        return never();
      }
      if (isLast && random.chance(0.5)) {
        invocation.die('crash before an effect');
        return never();
      }
      const deliveryId = request.headers['webhook-id'] as DeliveryId;
      const secret = account.secretNamedBy(invocation.knowledgeOf(deliveryId).webhook);
      ledger.posting(invocation, request, secret);
      if (isLast) {
        invocation.die('crash after an effect');
        return never();
      }
      const receiver = account.receivers.get(new URL(request.url).hostname);
      const outcome = receiver?.response(request, secretValues(secret));
      if (outcome === undefined) {
        throw new Error(`no receiver is at ${request.url}`);
      }
      await clock.sleep(Math.min(outcome.millis, deadlineMillis));
      if (invocation.isOver) {
        return never();
      }
      invocation.knowledgeOf(deliveryId).unrecorded += 1;
      const message = invocation.messages.get(deliveryId);
      if (message !== undefined) {
        ledger.answered(invocation, message);
      }
      const response = outcome.kind === 'answered' ? outcome.response.statusCode : outcome.error;
      account.trace.note(deliveryId, `${invocation.name}: answer ${response}`);
      return outcome;
    },
  };

  const retryQueue: SendDependencies['retryQueue'] = {
    enqueueRetry: (_tenantId, message, delaySeconds) =>
      call({
        dependency: 'queue',
        operation: 'take a retry',
        apply: () => {
          if (message.sentOn && isOfDeliveryQueue(invocation)) {
            mishaps.saw('message: sent on to the retry queue');
            ledger.sentOn(message.deliveryId);
          } else if (message.sentOn) {
            mishaps.saw('message: looks at its line again');
          }
          account.take('retry', message, delaySeconds);
        },
      }),
  };

  const delayQueues: SendDependencies['delayQueues'] = {
    enqueueLater: (_tenantId, queue, message, delaySeconds) =>
      call({
        dependency: 'queue',
        operation: 'take a delivery that waits',
        apply: () => {
          mishaps.saw('message: waits for its turn');
          account.take(queue, message, delaySeconds);
        },
      }),
  };

  const redriveQueue: SendDependencies['redriveQueue'] = {
    sendRedriveMessage: (_tenantId, redriveMessage) =>
      call({
        dependency: 'queue',
        operation: 'take a redrive message',
        apply: () => account.take('exhausted', redriveMessage),
      }),
  };

  const queues: DispatchDependencies['queues'] = {
    enqueueAll: (deliveries) =>
      call<ReadonlySet<PlannedDelivery>>({
        dependency: 'queue',
        operation: 'take a batch of deliveries',
        apply: () => {
          for (const { queue, message } of deliveries) {
            account.take(queue, message);
          }
          return new Set();
        },
        special: 'left-out',
        applySpecial: () => {
          mishaps.saw('queue: entries left out');
          const refused = new Set(deliveries.filter(() => random.chance(0.5)));
          for (const { queue, message } of deliveries.filter((delivery) => !refused.has(delivery))) {
            account.take(queue, message);
          }
          return refused;
        },
      }),
  };

  function deadLetters(letters: string[]): SendDependencies['poison'] {
    return {
      put: (body) =>
        call({ dependency: 'queue', operation: 'take a dead letter', apply: () => void letters.push(body) }),
    };
  }

  /** Of the queue that the batch came by. */
  function returnsTo(from: SimulatedQueue): SendDependencies['returns'] {
    return {
      showAgain: (messages) =>
        call({
          dependency: 'queue',
          operation: 'show messages again',
          apply: () => {
            mishaps.saw('message: returned for seconds');
            for (const { receiptHandle, delaySeconds } of messages) {
              from.hide(receiptHandle.replace('receipt-', ''), delaySeconds);
            }
          },
        }),
    };
  }

  const announcer: SendDependencies['announcer'] = {
    announce: (tenantId, announcement) =>
      call({
        dependency: 'event-bus',
        operation: `take ${announcement.kind}`,
        apply: () => account.announce(tenantId, announcement),
      }),
  };

  const webhooks: DispatchDependencies['webhooks'] = {
    list: (tenantId) =>
      call({
        dependency: 'config-table',
        operation: 'list webhooks',
        apply: () => account.webhooks.list(tenantId),
      }),
  };

  const due: ReconcileDependencies['due'] = {
    list: (nowMillis, limit) =>
      call({
        dependency: 'delivery-log',
        operation: 'list what is due',
        apply: () => ({
          deliveries: [...account.rows.values()]
            // The index lags: now and then it names a row that has moved on.
            .filter(
              ({ reconcileAt }) =>
                (reconcileAt !== undefined && reconcileAt <= nowMillis) || (!mishaps.isCalm && random.chance(0.02)),
            )
            .slice(0, limit)
            .map(({ tenantId, webhookId, deliveryId }) => ({ tenantId, webhookId, deliveryId })),
          schedules: [],
        }),
      }),
  };

  return {
    log,
    reader,
    health,
    lines,
    failingBudget: new MemoryFailingBudget(),
    marks,
    notices,
    digestMembers,
    secrets,
    client,
    tokens: new MemoryAccessTokens(),
    retryQueue,
    delayQueues,
    redriveQueue,
    queues,
    deadLetters,
    returnsTo,
    announcer,
    telemetry: createTelemetry(account),
    webhooks,
    due,
  };
}

function isWaited(mark: RevisionMark | undefined, nowMillis: number): boolean {
  return (mark?.leaseUntil ?? 0) > nowMillis;
}

function isOfDeliveryQueue({ name }: Invocation): boolean {
  return /^send-\d/.test(name);
}
