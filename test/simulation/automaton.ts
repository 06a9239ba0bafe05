/**
 * The real `send` handler as an automaton: given a message and the responses its ports have given so far, which effect
 * does it ask for next, or what is its result? The handler is deterministic in these, so each question is put to it
 * once and remembered; exploring then needs no replay of whole histories.
 */

import { hash } from 'node:crypto';
import { createHandler } from '../../functions/send/handler.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import type { MarkChange } from '../../shared/delivery/revision-mark.ts';
import type { MarkOutcome } from '../../shared/delivery/revision-marks.port.ts';
import type { RowChange } from '../../shared/delivery/row-change.ts';
import type { AttemptOutcome } from '../../shared/http/attempt-outcome.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../shared/topology/queues.ts';
import type { TurnChange } from '../../shared/webhook/retry-line.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { WriteOutcome } from '../../shared/webhook/webhook-store.port.ts';
import type { WebhookUpdate } from '../../shared/webhook/webhook-update.ts';
import { anSqsEvent, DELIVERY_QUEUE_URL } from '../builders/delivery.ts';
import { MemoryAccessTokens } from '../fakes/memory-access-tokens.ts';
import { MemoryFailingBudget } from '../fakes/memory-failing-budget.ts';
import { RecordingTelemetry } from '../fakes/recording-telemetry.ts';

/** What the handler asks of the world; instants are in the worker's own time, which begins at `WORKER_START`. */
export type Effect =
  | { readonly kind: 'read' }
  | { readonly kind: 'find'; readonly deliveryId: DeliveryId }
  /** Who waits for a digest, by an index that lags behind. */
  | { readonly kind: 'list-members'; readonly digestId: DeliveryId }
  | { readonly kind: 'read-members'; readonly ids: readonly DeliveryId[] }
  /** The mark of the highest revision begun. */
  | { readonly kind: 'advance'; readonly change: MarkChange }
  | { readonly kind: 'write'; readonly change: RowChange }
  | { readonly kind: 'put'; readonly row: DeliveryRow }
  | { readonly kind: 'note' }
  | { readonly kind: 'turn'; readonly dueAt: number }
  /** Turns of a pace. */
  | { readonly kind: 'reserve'; readonly change: TurnChange }
  /** A refusal at a webhook of a pace. */
  | { readonly kind: 'slow-down'; readonly update: WebhookUpdate }
  | { readonly kind: 'disable' }
  | { readonly kind: 'announce' }
  /** The body says which findings are in it, the id under which delivery. */
  | { readonly kind: 'post'; readonly id: string; readonly body: string }
  | {
      readonly kind: 'enqueue';
      readonly message: DeliveryMessage;
      readonly delaySeconds: number;
      readonly queue: TargetQueue;
    }
  | { readonly kind: 'redrive-message'; readonly message: DeliveryMessage }
  | { readonly kind: 'hide'; readonly delaySeconds: number };

/** What the world answered. `unavailable` stands for any fault of the dependency. */
export type ReceiverResponse =
  | { readonly kind: 'read'; readonly row: DeliveryRow | undefined; readonly webhook: Webhook | undefined }
  | { readonly kind: 'row'; readonly row: DeliveryRow | undefined }
  | { readonly kind: 'ids'; readonly ids: readonly DeliveryId[] }
  | { readonly kind: 'rows'; readonly rows: readonly DeliveryRow[] }
  | { readonly kind: 'outcome'; readonly outcome: WriteOutcome }
  | { readonly kind: 'mark'; readonly outcome: MarkOutcome }
  | { readonly kind: 'answered'; readonly statusCode: number }
  | { readonly kind: 'turn'; readonly at: number | undefined }
  | { readonly kind: 'done' }
  | { readonly kind: 'unavailable' };

export interface Exchange {
  readonly response: ReceiverResponse;
  /** When the response came, counted from the worker's start. */
  readonly elapsedMillis: number;
}

/** One receive of one message by one worker, and all it has been told since. */
export interface WorkerRun {
  readonly message: DeliveryMessage;
  readonly isFirstReceive: boolean;
  readonly queue: TargetQueue;
  /** The lease that it would take; no other live worker has it. */
  readonly lease: string;
  readonly history: readonly Exchange[];
  /** Names all of the above in a few characters: two runs with the same name are the same run. */
  readonly name: string;
}

export function startRun(
  message: DeliveryMessage,
  isFirstReceive: boolean,
  queue: TargetQueue,
  lease: string,
): WorkerRun {
  const name = digest(JSON.stringify([message, isFirstReceive, queue, lease]));
  return { message, isFirstReceive, queue, lease, history: [], name };
}

export function continueRun(run: WorkerRun, exchange: Exchange): WorkerRun {
  return { ...run, history: [...run.history, exchange], name: digest(run.name + JSON.stringify(exchange)) };
}

export function digest(text: string): string {
  return hash('md5', text, 'base64');
}

export type Next =
  | { readonly kind: 'effect'; readonly effect: Effect }
  | { readonly kind: 'result'; readonly acknowledges: boolean };

export const WORKER_START = 1_000_000_000_000;

/** With `retryBaseSeconds` 0 every retry is due at once, so that an attempt and its successor are live together. */
export function createAutomaton(retryBaseSeconds: number) {
  const known = new Map<string, Next>();
  return {
    async next(run: WorkerRun): Promise<Next> {
      const remembered = known.get(run.name);
      if (remembered !== undefined) {
        return remembered;
      }
      const next = await ask(run, retryBaseSeconds);
      known.set(run.name, next);
      return next;
    },
  };
}

export type Automaton = ReturnType<typeof createAutomaton>;

/** Runs the handler from its start through everything it was told, up to the first thing it has not been told yet. */
async function ask(
  { message, isFirstReceive, queue, lease, history }: WorkerRun,
  retryBaseSeconds: number,
): Promise<Next> {
  const pending = Promise.withResolvers<Next>();
  let published = 0;
  let elapsedMillis = 0;

  async function perform(effect: Effect): Promise<ReceiverResponse> {
    const exchange = history[published];
    published += 1;
    if (exchange === undefined) {
      pending.resolve({ kind: 'effect', effect });
      return new Promise(() => {});
    }
    elapsedMillis = exchange.elapsedMillis;
    if (exchange.response.kind === 'unavailable') {
      throw new DependencyUnavailable('delivery-log', effect.kind, new Error('injected'));
    }
    return exchange.response;
  }

  const handler = createHandler({
    reader: {
      async read() {
        const { row, webhook } = expectKind(await perform({ kind: 'read' }), 'read');
        return [{ kind: 'read', row, webhook }];
      },
    },
    log: {
      async find(_tenantId, _webhookId, deliveryId) {
        return expectKind(await perform({ kind: 'find', deliveryId }), 'row').row;
      },
      async write(_tenantId, change) {
        return expectKind(await perform({ kind: 'write', change }), 'outcome').outcome;
      },
      async putAll(rows) {
        for (const row of rows) {
          await perform({ kind: 'put', row });
        }
        return new Set();
      },
    },
    health: {
      async update(_tenantId, _webhookId, update) {
        const { set } = update;
        if (set?.turns !== undefined) {
          return expectKind(await perform({ kind: 'slow-down', update }), 'outcome').outcome;
        }
        await perform({ kind: set?.state === undefined ? 'note' : 'disable' });
        return 'written';
      },
    },
    failingBudget: new MemoryFailingBudget(),
    marks: {
      async advance(_tenantId, _webhookId, _findingId, change) {
        return expectKind(await perform({ kind: 'advance', change }), 'mark').outcome;
      },
    },
    digestMembers: {
      async list(_tenantId, _webhookId, digestId) {
        return expectKind(await perform({ kind: 'list-members', digestId }), 'ids').ids;
      },
      async read(_tenantId, _webhookId, ids) {
        return expectKind(await perform({ kind: 'read-members', ids }), 'rows').rows;
      },
    },
    lines: {
      async takeTurn(_tenantId, _webhookId, change) {
        const { end, to, gapMillis } = change;
        if (end === 'nextTurnAt') {
          return expectKind(await perform({ kind: 'reserve', change }), 'turn').at;
        }
        // The simulated webhook has no line when it is read, so it is tried to begin one.
        const dueAt = to.kind === 'begin' ? to.endAt - gapMillis : 0;
        return expectKind(await perform({ kind: 'turn', dueAt }), 'turn').at;
      },
    },
    secrets: {
      async read() {
        throw new Error('the simulated webhook has no secret');
      },
    },
    client: {
      async send({ headers, body }): Promise<AttemptOutcome> {
        const id = headers['webhook-id'] ?? '';
        const { statusCode } = expectKind(await perform({ kind: 'post', id, body }), 'answered');
        // What Slack says of a message that it has taken.
        return { kind: 'answered', response: { statusCode, headers: {}, body: 'ok' }, millis: 0, phases: {} };
      },
    },
    tokens: new MemoryAccessTokens(),
    retryQueue: {
      async enqueueRetry(_tenantId, next, delaySeconds) {
        await perform({ kind: 'enqueue', message: next, delaySeconds, queue: 'retry' });
      },
    },
    delayQueues: {
      async enqueueLater(_tenantId, queueOfIt, next, delaySeconds) {
        await perform({ kind: 'enqueue', message: next, delaySeconds, queue: queueOfIt });
      },
    },
    redriveQueue: {
      async sendRedriveMessage(_tenantId, redriveMessage) {
        await perform({ kind: 'redrive-message', message: redriveMessage });
      },
    },
    announcer: {
      async announce() {
        await perform({ kind: 'announce' });
      },
    },
    poison: {
      async put() {
        throw new Error('the simulated messages are well-formed');
      },
    },
    returns: {
      async showAgain(messages) {
        for (const { delaySeconds } of messages) {
          await perform({ kind: 'hide', delaySeconds });
        }
      },
    },
    telemetry: new RecordingTelemetry(),
    clock: { now: () => WORKER_START + elapsedMillis, schedule: () => () => {} },
    policy: { baseSeconds: retryBaseSeconds, factor: 1 },
    deliveryQueueUrl: DELIVERY_QUEUE_URL,
    newLease: () => lease,
  });

  const event = anSqsEvent({ body: serializeDeliveryMessage(message), receiveCount: isFirstReceive ? 1 : 2, queue });
  const getRemainingTimeInMillis = () => FUNCTION_TIMEOUT_SECONDS * 1000 - elapsedMillis;
  handler(event, { getRemainingTimeInMillis }).then(
    ({ batchItemFailures }) => pending.resolve({ kind: 'result', acknowledges: batchItemFailures.length === 0 }),
    pending.reject,
  );
  return pending.promise;
}

function expectKind<Kind extends ReceiverResponse['kind']>(
  response: ReceiverResponse,
  kind: Kind,
): Extract<ReceiverResponse, { kind: Kind }> {
  if (response.kind !== kind) {
    throw new Error(`The world answered ${response.kind} where ${kind} was asked`);
  }
  return response as Extract<ReceiverResponse, { kind: Kind }>;
}
