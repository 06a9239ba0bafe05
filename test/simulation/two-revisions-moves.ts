/** Every way in which a world of two revisions can go on. What must hold in each state is `two-revisions.ts`. */
import { continuationOf, markRedriveMessageSent, redriveMessageOf } from '../../shared/delivery/continuation.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { postpone } from '../../shared/delivery/postpone.ts';
import { LEASE_MILLIS, retryByHand } from '../../shared/delivery/retry-cycle.ts';
import type { RevisionMark } from '../../shared/delivery/revision-mark.ts';
import { lifecycleOf } from '../../shared/finding/lifecycle.ts';
import { holds } from '../../shared/runtime/condition.ts';
import type { TurnChange } from '../../shared/webhook/retry-line.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import {
  type Automaton,
  continueRun,
  type Effect,
  type ReceiverResponse,
  startRun,
  WORKER_START,
} from './automaton.ts';
import { type Left, type Queued, type State, type TwoRevisions, WEBHOOK } from './two-revisions-state.ts';
import { normalised, settleInstants, shifted, toWorld, VISIBILITY_MILLIS, type Worker, withTurnIn } from './world.ts';

interface Move {
  readonly name: string;
  readonly state: State;
}

const WORKERS = 2;
/** Lambda ends a worker after its function's timeout. */
const WORKER_LIFE_MILLIS = 30_000;

/** A worker whose next step neither sees nor changes what others do goes first (partial-order reduction). */
export async function movesOf(state: State, scenario: TwoRevisions, automaton: Automaton): Promise<Move[]> {
  for (const worker of state.workers) {
    const next = await automaton.next(worker.run);
    const isPrivate =
      next.kind === 'result' ? !next.acknowledges : ['note', 'announce', 'turn', 'reserve'].includes(next.effect.kind);
    if (worker.run.history.length === 0 || isPrivate) {
      return movesOfWorker(state, worker, scenario, automaton);
    }
  }
  const moves = [...receives(state), ...passings(state), ...interventions(state), ...reconciliations(state)];
  for (const worker of state.workers) {
    moves.push(...(await movesOfWorker(state, worker, scenario, automaton)));
  }
  return moves;
}

function receives(state: State): Move[] {
  if (state.workers.length >= WORKERS) {
    return [];
  }
  return state.queue.flatMap((queued) => {
    const isHeld = state.workers.some(({ messageId }) => messageId === queued.id);
    const name = `receive ${nameOf(queued.message)}`;
    if (queued.visibleInMillis <= 0 && !isHeld) {
      return [{ name, state: receive(state, queued) }];
    }
    return isHeld && state.left.duplicates > 0
      ? [{ name: `${name} again`, state: receive(spend(state, 'duplicates'), queued) }]
      : [];
  });
}

function receive(state: State, queued: Queued): State {
  const taken = new Set([
    state.mark?.lease,
    ...Object.values(state.rows).map(({ lease }) => lease),
    ...state.workers.flatMap(({ run }) => [run.lease, ...leasesIn(run)]),
  ]);
  const lease = ['a', 'b', 'c', 'd', 'e', 'f'].find((name) => !taken.has(name)) ?? 'g';
  const message = withTurnIn(queued.message, WORKER_START);
  const run = startRun(message, !queued.wasReceived, 'delivery', lease);
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

function passings(state: State): Move[] {
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
        queue: state.queue.map((queued) => ({
          ...queued,
          message: withTurnIn(queued.message, -wait),
          visibleInMillis: Math.max(0, queued.visibleInMillis - wait),
        })),
        workers: state.workers.map((worker) => ({ ...worker, elapsedMillis: worker.elapsedMillis + wait })),
      },
    },
  ];
}

/** What people do: redrive a redrive message, disable and resume the webhook, retry what has failed or is held. */
function interventions(state: State): Move[] {
  const { left, redriveMessages, isDisabled } = state;
  const moves: Move[] = [];
  const [message, ...rest] = redriveMessages;
  if (left.redrives > 0 && message !== undefined) {
    const name = `redrive ${nameOf(message)}`;
    moves.push({ name, state: enqueued({ ...spend(state, 'redrives'), redriveMessages: rest }, message, 0) });
  }
  if (left.toggles > 0) {
    const name = isDisabled ? 'resume' : 'disable';
    moves.push({ name, state: { ...spend(state, 'toggles'), isDisabled: !isDisabled } });
  }
  // The API re-opens nothing while the webhook is disabled.
  return left.handRetries > 0 && !isDisabled
    ? [...moves, ...Object.values(state.rows).flatMap((row) => handRetries(state, row))]
    : moves;
}

function handRetries(state: State, row: DeliveryRow): Move[] {
  const change = retryByHand(row, 0);
  if (change === undefined || !holds(change.when, row)) {
    return [];
  }
  const retried = withRow(spend(state, 'handRetries'), change.row, 0);
  const message = continuationOf(change.row);
  const name = `retry ${nameOf(message)} by hand`;
  return [
    { name, state: enqueued(retried, message, 0) },
    ...(state.left.crashes > 0 ? [{ name: `${name}, message lost`, state: spend(retried, 'crashes') }] : []),
  ];
}

/** The reconciler's three effects, between which it may crash and others may go on. */
function reconciliations(state: State): Move[] {
  const { left, reconciler } = state;
  if (reconciler === undefined) {
    return left.reconciles === 0
      ? []
      : Object.values(state.rows).flatMap((row) => {
          const change = postpone(row, 0);
          if (change === undefined || !holds(change.when, row)) {
            return [];
          }
          const postponed = withRow(spend(state, 'reconciles'), change.row, 0);
          const name = `postpone ${nameOf(continuationOf(row))}`;
          return [
            { name, state: { ...postponed, reconciler: { row: normalised(change.row), next: 'send' as const } } },
          ];
        });
  }
  const { reconciler: _ended, ...ended } = state;
  const crash = left.crashes > 0 ? [{ name: 'reconciler crashes', state: spend(ended, 'crashes') }] : [];
  return [{ name: `reconciler: ${reconciler.next}`, state: reconciled(ended, reconciler) }, ...crash];
}

function reconciled(state: State, { row, next }: NonNullable<State['reconciler']>): State {
  if (next === 'mark') {
    const change = markRedriveMessageSent(row, 0);
    return holds(change.when, state.rows[row.deliveryId]) ? withRow(state, change.row, 0) : state;
  }
  return row.status === 'pending'
    ? enqueued(state, continuationOf(row), Math.max(0, row.nextAttemptAt ?? 0))
    : {
        ...state,
        redriveMessages: [...state.redriveMessages, redriveMessageOf(row)],
        reconciler: { row, next: 'mark' },
      };
}

async function movesOfWorker(
  state: State,
  worker: Worker,
  scenario: TwoRevisions,
  automaton: Automaton,
): Promise<Move[]> {
  const next = await automaton.next(worker.run);
  const gone = { ...state, workers: state.workers.filter((other) => other !== worker) };
  const mayCrash = state.left.crashes > 0;
  if (next.kind === 'result') {
    const queue = next.acknowledges ? gone.queue.filter(({ id }) => id !== worker.messageId) : gone.queue;
    const name = `${next.acknowledges ? 'acknowledge' : 'return'} ${nameOf(worker.run.message)}`;
    return [
      { name, state: { ...gone, queue } },
      ...(mayCrash && next.acknowledges ? [{ name: `crash before ${name}`, state: spend(gone, 'crashes') }] : []),
    ];
  }
  return applications(state, worker, next.effect, scenario).flatMap(({ what, applied, response }) => {
    const name = `${what} of ${nameOf(worker.run.message)}`;
    const goOn = (from: State, given: ReceiverResponse) => answered(from, worker, given);
    const isDead = (from: State) => ({ ...from, workers: from.workers.filter((other) => other !== worker) });
    return [
      { name, state: goOn(applied, response) },
      ...(mayCrash
        ? [
            { name: `crash before ${name}`, state: spend(isDead(state), 'crashes') },
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

interface Application {
  readonly what: string;
  readonly applied: State;
  readonly response: ReceiverResponse;
}

function applications(state: State, worker: Worker, effect: Effect, scenario: TwoRevisions): Application[] {
  const localNow = WORKER_START + worker.elapsedMillis;
  const rowOf = (id: string) => state.rows[id] && shifted(state.rows[id], localNow);
  const { deliveryId } = worker.run.message;
  const one = (applied: State, response: ReceiverResponse, what: string = effect.kind) => [{ what, applied, response }];
  switch (effect.kind) {
    case 'read':
      return one(state, { kind: 'read', row: rowOf(deliveryId), webhook: webhookOf(state, scenario) });
    case 'reserve':
      return reservationsOf(state, effect.change, localNow);
    case 'find':
      return one(state, { kind: 'row', row: rowOf(effect.deliveryId) });
    case 'write':
      return holds(effect.change.when, rowOf(effect.change.row.deliveryId))
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
    case 'post':
      return responsesOf(state, worker);
    case 'enqueue':
      return one(enqueued(state, withTurnIn(effect.message, -localNow), effect.delaySeconds * 1000), { kind: 'done' });
    case 'redrive-message':
      return one({ ...state, redriveMessages: [...state.redriveMessages, effect.message] }, { kind: 'done' });
    case 'hide':
      return one(hidden(state, worker, returnMillis(effect.delaySeconds, scenario)), { kind: 'done' });
    case 'note':
    case 'announce':
      return one(state, { kind: 'done' });
    default:
      throw new Error(`no response of this receiver asks for ${effect.kind}`);
  }
}

function responsesOf(state: State, { run }: Worker): Application[] {
  const response = (applied: State, statusCode: number): Application => ({
    what: `post answered ${statusCode}`,
    applied: { ...applied, got: [...state.got, lifecycleOf(run.message).revision] },
    response: { kind: 'answered', statusCode },
  });
  return [response(state, 200), ...(state.left.failures > 0 ? [response(spend(state, 'failures'), 500)] : [])];
}

const ONE_A_SECOND = { pace: { perMinute: 60 } };

/** Another has taken the turns before it. */
const LATER_MILLIS = 20_000;

function webhookOf({ isDisabled }: State, { isPaced = false }: TwoRevisions): Webhook {
  return {
    ...WEBHOOK,
    ...(isDisabled && { state: { kind: 'disabled', reason: 'failing' } }),
    ...(isPaced && ONE_A_SECOND),
  };
}

/** The line is free, or another has taken turns of it meanwhile. */
function reservationsOf(state: State, { to, gapMillis, when }: TurnChange, localNow: number): Application[] {
  const application = (what: string, applied: State, at: number | undefined): Application => ({
    what: `reserve: ${what}`,
    applied,
    response: { kind: 'turn', at },
  });
  const mayWait = state.left.waits > 0;
  if (to.kind === 'begin') {
    return [
      application('now', state, to.endAt - gapMillis),
      ...(mayWait ? [application('refused', spend(state, 'waits'), undefined)] : []),
    ];
  }
  return holds(when, { nextTurnAt: localNow + LATER_MILLIS })
    ? [application('later', state, localNow + LATER_MILLIS)]
    : [application('refused', state, undefined)];
}

function withRow(state: State, row: DeliveryRow, localNow: number): State {
  return { ...state, rows: { ...state.rows, [row.deliveryId]: toWorld(row, localNow) } };
}

/** Each return multiplies the states by the moments at which it may come back. */
function returnMillis(delaySeconds: number, { returnsAfterLease = false }: TwoRevisions): number {
  return Math.max(delaySeconds * 1000, returnsAfterLease ? LEASE_MILLIS : 0);
}

function hidden(state: State, { messageId }: Worker, visibleInMillis: number): State {
  return {
    ...state,
    queue: state.queue.map((queued) => (queued.id === messageId ? { ...queued, visibleInMillis } : queued)),
  };
}

function enqueued(state: State, message: DeliveryMessage, visibleInMillis: number): State {
  const ids = [...state.queue.map(({ id }) => id), ...state.workers.map(({ messageId }) => messageId)];
  const id = Math.max(-1, ...ids) + 1;
  return { ...state, queue: [...state.queue, { id, message, visibleInMillis, wasReceived: false }] };
}

function answered(state: State, worker: Worker, response: ReceiverResponse): State {
  const run = continueRun(worker.run, { response, elapsedMillis: worker.elapsedMillis });
  return { ...state, workers: state.workers.map((other) => (other === worker ? { ...worker, run } : other)) };
}

function spend(state: State, what: keyof Left): State {
  return { ...state, left: { ...state.left, [what]: state.left[what] - 1 } };
}

function shiftedMark(mark: RevisionMark, millis: number): RevisionMark {
  return { ...mark, ...(mark.leaseUntil !== undefined && { leaseUntil: mark.leaseUntil + millis }) };
}

/** How long ago a lease ended makes no difference. */
function settledMark(mark: RevisionMark, millis: number): RevisionMark {
  const { leaseUntil, ...rest } = shiftedMark(mark, millis);
  return { ...rest, ...(leaseUntil !== undefined && { leaseUntil: Math.max(0, leaseUntil) }) };
}

export function nameOf(message: DeliveryMessage): string {
  return `revision ${lifecycleOf(message).revision}, attempt ${message.attempt}`;
}
