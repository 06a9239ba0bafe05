/**
 * A world of several deliveries of one webhook, as plain data, and the moves that all such worlds share: messages come and come
 * again, time passes, workers take their next step, die, or meet a dependency that fails. Instants are relative to now. What
 * people, the reconciler and the receiver do is for each exploration to say.
 */
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import type { RevisionMark } from '../../shared/delivery/revision-mark.ts';
import { holds } from '../../shared/runtime/condition.ts';
import {
  type Automaton,
  continueRun,
  type Effect,
  type ReceiverResponse,
  startRun,
  WORKER_START,
} from './automaton.ts';
import {
  afterWait,
  type QueuedMessage,
  settleInstants,
  shifted,
  toWorld,
  VISIBILITY_MILLIS,
  type Worker,
  withTurnIn,
} from './world.ts';

export type Queued = Omit<QueuedMessage, 'queue'>;

export interface SeveralDeliveries {
  readonly rows: Readonly<Record<string, DeliveryRow>>;
  readonly mark?: RevisionMark;
  readonly queue: readonly Queued[];
  readonly redriveMessages: readonly DeliveryMessage[];
  readonly workers: readonly Worker[];
  /** What may still go wrong on the way from here. */
  readonly left: { readonly crashes: number; readonly duplicates: number; readonly faults: number };
}

export interface MoveOf<World> {
  readonly name: string;
  readonly state: World;
}

/** An effect that is applied, and the response to it. */
export interface Application<World> {
  readonly what: string;
  readonly applied: World;
  readonly response: ReceiverResponse;
}

export interface Exploring<World> {
  readonly automaton: Automaton;
  /** The effects of a worker that neither see nor change what others do. */
  readonly privateEffects: readonly Effect['kind'][];
  /** By which its messages come. */
  readonly queue: TargetQueue;
  readonly nameOf: (message: DeliveryMessage) => string;
  readonly applications: (state: World, worker: Worker, effect: Effect) => readonly Application<World>[];
  /** What comes from elsewhere: people and the reconciler. */
  readonly others: (state: World) => readonly MoveOf<World>[];
}

const WORKERS = 2;
/** Lambda ends a worker after its function's timeout. */
const WORKER_LIFE_MILLIS = 30_000;

/** A worker whose next step is private goes first (partial-order reduction). */
export async function movesIn<World extends SeveralDeliveries>(
  state: World,
  exploring: Exploring<World>,
): Promise<readonly MoveOf<World>[]> {
  for (const worker of state.workers) {
    const next = await exploring.automaton.next(worker.run);
    const isPrivate = next.kind === 'result' ? !next.acknowledges : exploring.privateEffects.includes(next.effect.kind);
    if (worker.run.history.length === 0 || isPrivate) {
      return movesOfWorker(state, worker, exploring);
    }
  }
  const moves = [...receives(state, exploring), ...passings(state), ...exploring.others(state)];
  for (const worker of state.workers) {
    moves.push(...(await movesOfWorker(state, worker, exploring)));
  }
  return moves;
}

function receives<World extends SeveralDeliveries>(
  state: World,
  { nameOf, queue }: Exploring<World>,
): readonly MoveOf<World>[] {
  if (state.workers.length >= WORKERS) {
    return [];
  }
  return state.queue.flatMap((queued) => {
    const isHeld = state.workers.some(({ messageId }) => messageId === queued.id);
    const name = `receive ${nameOf(queued.message)}`;
    if (queued.visibleInMillis <= 0 && !isHeld) {
      return [{ name, state: receive(state, queued, queue) }];
    }
    return isHeld && state.left.duplicates > 0
      ? [{ name: `${name} again`, state: receive(spend(state, 'duplicates'), queued, queue) }]
      : [];
  });
}

function receive<World extends SeveralDeliveries>(state: World, queued: Queued, queue: TargetQueue): World {
  const taken = new Set([
    state.mark?.lease,
    ...Object.values(state.rows).map(({ lease }) => lease),
    ...state.workers.flatMap(({ run }) => [run.lease, ...leasesIn(run)]),
  ]);
  const lease = ['a', 'b', 'c', 'd', 'e', 'f'].find((name) => !taken.has(name)) ?? 'g';
  const run = startRun(withTurnIn(queued.message, WORKER_START), !queued.wasReceived, queue, lease);
  return {
    ...state,
    workers: [...state.workers, { messageId: queued.id, elapsedMillis: 0, run }],
    queue: state.queue.map((other) =>
      other.id === queued.id ? { ...other, visibleInMillis: VISIBILITY_MILLIS, wasReceived: true } : other,
    ),
  };
}

/** Leases are random: one that a worker has seen is never that of another later. */
function leasesIn({ history }: Worker['run']): readonly string[] {
  return [...JSON.stringify(history).matchAll(/"lease":"(\w)"/g)].map(([, lease = '']) => lease);
}

/** Time passes to the next message; it cannot while a worker would outlive its function's timeout. */
function passings<World extends SeveralDeliveries>(state: World): readonly MoveOf<World>[] {
  const waits = state.queue.map(({ visibleInMillis }) => visibleInMillis).filter((wait) => wait > 0);
  const wait = Math.min(...waits);
  if (waits.length === 0 || state.workers.some(({ elapsedMillis }) => elapsedMillis + wait > WORKER_LIFE_MILLIS)) {
    return [];
  }
  const rows = Object.entries(state.rows).map(([id, row]) => [id, settleInstants(shifted(row, -wait))] as const);
  return [
    {
      name: `wait ${wait / 1000} s`,
      state: {
        ...state,
        rows: Object.fromEntries(rows),
        ...(state.mark && { mark: settledMark(state.mark, -wait) }),
        ...afterWait(state, wait),
      },
    },
  ];
}

async function movesOfWorker<World extends SeveralDeliveries>(
  state: World,
  worker: Worker,
  { automaton, nameOf, applications }: Exploring<World>,
): Promise<readonly MoveOf<World>[]> {
  const next = await automaton.next(worker.run);
  const mayCrash = state.left.crashes > 0;
  const isDead = (from: World): World => ({ ...from, workers: from.workers.filter((other) => other !== worker) });
  const gone = isDead(state);
  if (next.kind === 'result') {
    const queue = next.acknowledges ? gone.queue.filter(({ id }) => id !== worker.messageId) : gone.queue;
    const name = `${next.acknowledges ? 'acknowledge' : 'return'} ${nameOf(worker.run.message)}`;
    return [
      { name, state: { ...gone, queue } },
      ...(mayCrash && next.acknowledges ? [{ name: `crash before ${name}`, state: spend(gone, 'crashes') }] : []),
    ];
  }
  return applications(state, worker, next.effect).flatMap(({ what, applied, response }) => {
    const name = `${what} of ${nameOf(worker.run.message)}`;
    const goOn = (from: World, given: ReceiverResponse) => answered(from, worker, given);
    return [
      { name, state: goOn(applied, response) },
      ...(mayCrash
        ? [
            { name: `crash before ${name}`, state: spend(gone, 'crashes') },
            { name: `crash after ${name}`, state: spend(isDead(applied), 'crashes') },
          ]
        : []),
      ...(state.left.faults > 0 && next.effect.kind !== 'post'
        ? [
            { name: `fail before ${name}`, state: spend(goOn(state, { kind: 'unavailable' }), 'faults') },
            { name: `fail after ${name}`, state: spend(goOn(applied, { kind: 'unavailable' }), 'faults') },
          ]
        : []),
    ];
  });
}

function answered<World extends SeveralDeliveries>(state: World, worker: Worker, response: ReceiverResponse): World {
  const run = continueRun(worker.run, { response, elapsedMillis: worker.elapsedMillis });
  return { ...state, workers: state.workers.map((other) => (other === worker ? { ...worker, run } : other)) };
}

export function spend<What extends string, World extends { readonly left: Readonly<Record<What, number>> }>(
  state: World,
  what: What,
): World {
  return { ...state, left: { ...state.left, [what]: state.left[what] - 1 } };
}

/** What each exploration does with a row, a mark or a message; undefined for any other effect. */
export function stored<World extends SeveralDeliveries>(
  state: World,
  worker: Worker,
  effect: Effect,
): readonly Application<World>[] | undefined {
  const localNow = WORKER_START + worker.elapsedMillis;
  const one = (applied: World, response: ReceiverResponse, what: string = effect.kind) => [{ what, applied, response }];
  switch (effect.kind) {
    case 'find':
      return one(state, { kind: 'row', row: rowAt(state, effect.deliveryId, worker) });
    case 'write':
      return holds(effect.change.when, rowAt(state, effect.change.row.deliveryId, worker))
        ? one(withRow(state, effect.change.row, localNow), { kind: 'outcome', outcome: 'written' })
        : one(state, { kind: 'outcome', outcome: 'conflict' }, 'refused write');
    case 'put':
      return one(withRow(state, effect.row, localNow), { kind: 'done' });
    case 'advance': {
      const mark = state.mark && shiftedMark(state.mark, localNow);
      const { set, when } = effect.change;
      return holds(when, mark)
        ? one(
            { ...state, mark: { ...settledMark({ ...mark, ...set }, -localNow), expiresAt: 0 } },
            { kind: 'mark', outcome: { kind: 'written' } },
          )
        : one(state, { kind: 'mark', outcome: { kind: 'refused', mark } }, 'refused advance');
    }
    case 'enqueue':
      return one(enqueued(state, withTurnIn(effect.message, -localNow), effect.delaySeconds * 1000), { kind: 'done' });
    case 'redrive-message':
      return one({ ...state, redriveMessages: [...state.redriveMessages, effect.message] }, { kind: 'done' });
    case 'note':
    case 'announce':
      return one(state, { kind: 'done' });
    default:
      return undefined;
  }
}

/** As the worker sees it, whose clock goes on while it works. */
export function rowAt(
  { rows }: Pick<SeveralDeliveries, 'rows'>,
  deliveryId: string,
  { elapsedMillis }: Worker,
): DeliveryRow | undefined {
  const row = rows[deliveryId];
  return row && shifted(row, WORKER_START + elapsedMillis);
}

export function withRow<World extends SeveralDeliveries>(state: World, row: DeliveryRow, localNow: number): World {
  return { ...state, rows: { ...state.rows, [row.deliveryId]: toWorld(row, localNow) } };
}

export function hidden<World extends SeveralDeliveries>(
  state: World,
  { messageId }: Worker,
  visibleInMillis: number,
): World {
  return {
    ...state,
    queue: state.queue.map((queued) => (queued.id === messageId ? { ...queued, visibleInMillis } : queued)),
  };
}

export function enqueued<World extends SeveralDeliveries>(
  state: World,
  message: DeliveryMessage,
  visibleInMillis: number,
): World {
  const ids = [...state.queue.map(({ id }) => id), ...state.workers.map(({ messageId }) => messageId)];
  const id = Math.max(-1, ...ids) + 1;
  return { ...state, queue: [...state.queue, { id, message, visibleInMillis, wasReceived: false }] };
}

function shiftedMark(mark: RevisionMark, millis: number): RevisionMark {
  return { ...mark, ...(mark.leaseUntil !== undefined && { leaseUntil: mark.leaseUntil + millis }) };
}

/** How long ago a lease ended makes no difference. */
function settledMark(mark: RevisionMark, millis: number): RevisionMark {
  const { leaseUntil, ...rest } = shiftedMark(mark, millis);
  return { ...rest, ...(leaseUntil !== undefined && { leaseUntil: Math.max(0, leaseUntil) }) };
}

export interface Step {
  readonly from: string;
  readonly by: string;
}

/** The names of the moves from the beginning to a state. */
export function wayTo(key: string, seen: ReadonlyMap<string, Step>): readonly string[] {
  const way: string[] = [];
  for (let at = seen.get(key); at !== undefined && at.by !== ''; at = seen.get(at.from)) {
    way.unshift(at.by);
  }
  return way;
}
