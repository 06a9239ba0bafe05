/**
 * One delivery, its row, its messages and two workers, as plain data. Instants are relative to now, so that the same
 * situation at another time is the same state. How the world goes on from a state is `moves.ts`.
 */
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import { QUEUES } from '../../shared/topology/queues.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import type { WorkerRun } from './automaton.ts';

export interface QueuedMessage {
  readonly id: number;
  readonly message: DeliveryMessage;
  readonly queue: TargetQueue;
  readonly visibleInMillis: number;
  readonly wasReceived: boolean;
}

export interface Worker {
  readonly messageId: number;
  readonly run: WorkerRun;
  readonly elapsedMillis: number;
}

/** What may still go wrong, or be done by people, on the way from here. */
export interface Budget {
  /** A worker dies. */
  readonly crashes: number;
  /** A dependency fails, or its response is lost, and the worker goes on. */
  readonly faults: number;
  readonly duplicates: number;
  readonly redrives: number;
  readonly handRetries: number;
  readonly reconciles: number;
  readonly toggles: number;
  /** The webhook becomes slow, or quick again. */
  readonly paces: number;
  /** A turn is later than now, or the line has changed, or is full. */
  readonly waits: number;
}

export interface State {
  readonly row: DeliveryRow | undefined;
  readonly queue: readonly QueuedMessage[];
  readonly redriveMessages: readonly DeliveryMessage[];
  readonly workers: readonly Worker[];
  /** A reconciler that has postponed the row and not yet sent what is missing. */
  readonly reconciler?: { readonly row: DeliveryRow; readonly next: 'send' | 'mark' };
  readonly isDisabled: boolean;
  readonly isSlow: boolean;
  /** How many refusals have begun another line of turns. */
  readonly line: number;
  /** How often a message went from the delivery to the retry queue. */
  readonly sentOn: number;
  /** A recorded attempt was written over by a first success. */
  readonly isErased: boolean;
  readonly posts: number;
  /** How often an ended delivery was opened again: each time brings a retry cycle of its own. */
  readonly reopenings: number;
  readonly budget: Budget;
}

export interface Move {
  readonly name: string;
  readonly state: State;
}

export interface Rules {
  readonly attemptLimit: number;
  readonly retryBaseSeconds: number;
  /** What a receiver may answer. */
  readonly replies: readonly number[];
  /** The webhook has a pace. */
  readonly isPaced?: boolean;
}

export const VISIBILITY_MILLIS = QUEUES.delivery.visibilitySeconds * 1000;

export function initialState(rules: Rules, budget: Partial<Budget>, messages = 1): State {
  const message = aDeliveryMessage({ attemptLimit: rules.attemptLimit });
  return {
    row: undefined,
    queue: Array.from({ length: messages }, (_, id) => ({
      id,
      message,
      queue: 'delivery',
      visibleInMillis: 0,
      wasReceived: false,
    })),
    redriveMessages: [],
    workers: [],
    isDisabled: false,
    isSlow: false,
    line: 0,
    sentOn: 0,
    isErased: false,
    posts: 0,
    reopenings: 0,
    budget: {
      crashes: 0,
      faults: 0,
      duplicates: 0,
      redrives: 0,
      handRetries: 0,
      reconciles: 0,
      toggles: 0,
      paces: 0,
      waits: 0,
      ...budget,
    },
  };
}

/** Nothing is under way and nothing will come by itself. */
export function isQuiescent(state: State): boolean {
  return state.queue.length === 0 && state.workers.length === 0 && state.reconciler === undefined;
}

/** The message's instants are relative to now. */
export function enqueued(
  state: State,
  message: DeliveryMessage,
  visibleInMillis: number,
  queue: TargetQueue = 'retry',
): State {
  const id = Math.max(-1, ...state.queue.map((queued) => queued.id), ...state.workers.map((w) => w.messageId)) + 1;
  return { ...state, queue: [...state.queue, { id, message, queue, visibleInMillis, wasReceived: false }] };
}

export function spend(state: State, what: keyof Budget): State {
  return { ...state, budget: { ...state.budget, [what]: state.budget[what] - 1 } };
}

/** How long ago a turn came makes no difference. */
export function withTurnIn(message: DeliveryMessage, millis: number): DeliveryMessage {
  const { turn } = message;
  return turn === undefined ? message : { ...message, turn: { ...turn, at: Math.max(0, turn.at + millis) } };
}

/** Messages and workers when so much time has passed. */
export function afterWait<Message extends Omit<QueuedMessage, 'queue'>>(
  { queue, workers }: { readonly queue: readonly Message[]; readonly workers: readonly Worker[] },
  millis: number,
): { readonly queue: readonly Message[]; readonly workers: readonly Worker[] } {
  return {
    queue: queue.map((queued) => ({
      ...queued,
      message: withTurnIn(queued.message, -millis),
      visibleInMillis: Math.max(0, queued.visibleInMillis - millis),
    })),
    workers: workers.map((worker) => ({ ...worker, elapsedMillis: worker.elapsedMillis + millis })),
  };
}

export function toWorld(row: DeliveryRow, localNow: number): DeliveryRow {
  return normalised(shifted(row, -localNow));
}

export function shifted(row: DeliveryRow, millis: number): DeliveryRow {
  const { nextAttemptAt, leaseUntil } = row;
  return {
    ...row,
    ...(nextAttemptAt !== undefined && { nextAttemptAt: nextAttemptAt + millis }),
    ...(leaseUntil !== undefined && { leaseUntil: leaseUntil + millis }),
  };
}

/** Instants that no rule of the single delivery asks for are made equal, or no two states would ever be the same. */
export function normalised(row: DeliveryRow): DeliveryRow {
  const { reconciles: _count, ...rest } = row;
  return settleInstants({
    ...rest,
    attempts: row.attempts.map((attempt) => ({ ...attempt, at: 0, millis: 0 })),
    ...(row.ticketSentAt !== undefined && { ticketSentAt: 0 }),
    ...(row.failedAt !== undefined && { failedAt: 0 }),
    ...(row.reconcileAt !== undefined && { reconcileAt: 0 }),
    ...(row.waitingSince !== undefined && { waitingSince: 0 }),
    expiresAt: 0,
  });
}

/** How long ago something fell due makes no difference. */
export function settleInstants(row: DeliveryRow): DeliveryRow {
  return {
    ...row,
    ...(row.nextAttemptAt !== undefined && { nextAttemptAt: Math.max(0, row.nextAttemptAt) }),
    ...(row.leaseUntil !== undefined && { leaseUntil: Math.max(0, row.leaseUntil) }),
  };
}

/** The state with this row instead of its own. */
export function withRow(state: State, row: DeliveryRow): State {
  const isReopened = row.status === 'pending' && (state.row?.status === 'failed' || state.row?.status === 'held');
  return { ...state, row, reopenings: state.reopenings + (isReopened ? 1 : 0) };
}
