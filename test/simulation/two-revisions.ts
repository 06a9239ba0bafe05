/**
 * Two deliveries of one finding, an earlier and a later revision, at a webhook that chose more than detections: their rows, the
 * mark, their messages and two workers of the real `send` handler, in every interleaving. Each state is visited once.
 */
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import type { RevisionMark } from '../../shared/delivery/revision-mark.ts';
import { owesRedriveMessage } from '../../shared/delivery/row-change.ts';
import { FIRST_DETECTION, type Lifecycle, lifecycleOf } from '../../shared/finding/lifecycle.ts';
import { holds } from '../../shared/runtime/condition.ts';
import { aFinding, aTenantId } from '../builders/finding.ts';
import { aWebhook } from '../builders/webhook.ts';
import {
  type Automaton,
  continueRun,
  createAutomaton,
  type Effect,
  type ReceiverResponse,
  startRun,
  WORKER_START,
} from './automaton.ts';
import type { Exploration } from './explore.ts';
import { settleInstants, shifted, toWorld, VISIBILITY_MILLIS, type Worker } from './world.ts';

export interface TwoRevisions {
  readonly later: Lifecycle['event'];
  readonly attemptLimit: number;
  readonly replies: readonly number[];
  readonly crashes?: number;
  readonly duplicates?: number;
  readonly faults?: number;
  readonly redrives?: number;
}

interface Queued {
  readonly id: number;
  readonly message: DeliveryMessage;
  readonly visibleInMillis: number;
  readonly wasReceived: boolean;
}

/** Instants are relative to now. */
interface State {
  readonly rows: Readonly<Record<string, DeliveryRow>>;
  readonly mark?: RevisionMark;
  readonly queue: readonly Queued[];
  readonly redriveMessages: readonly DeliveryMessage[];
  readonly workers: readonly Worker[];
  /** Revisions in the order in which the receiver got them. */
  readonly got: readonly number[];
  readonly left: Required<Pick<TwoRevisions, 'crashes' | 'duplicates' | 'faults' | 'redrives'>>;
}

interface Move {
  readonly name: string;
  readonly state: State;
}

const LATER_REVISION = 2;
const WEBHOOK = aWebhook({ payloadVersion: 2, events: ['updated', 'resolved', 'reopened'] });
const WORKERS = 2;
/** Lambda ends a worker after its function's timeout. */
const WORKER_LIFE_MILLIS = 30_000;

/** Throws with the way there if a state breaks what must hold. */
export async function exploreTwoRevisions(scenario: TwoRevisions): Promise<Exploration> {
  const automaton = createAutomaton(0);
  const start = initialState(scenario);
  const seen = new Map<string, { readonly from: string; readonly by: string }>([[keyOf(start), { from: '', by: '' }]]);
  let frontier = [start];
  let endings = 0;
  let mostPosts = 0;
  while (frontier.length > 0) {
    const next: State[] = [];
    for (const state of frontier) {
      const broken = brokenInvariant(state);
      if (broken !== undefined) {
        throw new Error(`${broken}\n${wayTo(keyOf(state), seen).join('\n')}\n${JSON.stringify(state, undefined, 1)}`);
      }
      endings += isQuiescent(state) ? 1 : 0;
      mostPosts = Math.max(mostPosts, state.got.length);
      for (const move of await movesOf(state, scenario, automaton)) {
        const key = keyOf(move.state);
        if (!seen.has(key)) {
          seen.set(key, { from: keyOf(state), by: move.name });
          next.push(move.state);
        }
      }
    }
    frontier = next;
  }
  return { states: seen.size, endings, mostPosts };
}

function brokenInvariant(state: State): string | undefined {
  const { got, rows, mark } = state;
  if (got.some((revision, index) => index > 0 && revision < (got[index - 1] ?? 0))) {
    return `an older revision after a newer one: ${got}`;
  }
  const all = Object.values(rows);
  const overtaken = all.find(({ reason }) => reason === 'superseded');
  if (overtaken !== undefined && (mark?.revision ?? 0) <= lifecycleOf(overtaken).revision) {
    return 'superseded, and no later one was begun';
  }
  if (all.some(({ reason }) => reason === 'not-detected') && got.includes(FIRST_DETECTION.revision)) {
    return 'a resolution was kept from a receiver that got the detection';
  }
  if (!isQuiescent(state)) {
    return undefined;
  }
  const open = all.find((row) => row.status === 'pending' || owesRedriveMessage(row));
  if (all.length < 2 || open !== undefined) {
    return `lost: ${open?.status ?? 'a row is missing'} with nothing under way`;
  }
  const newest = all.find((row) => lifecycleOf(row).revision === LATER_REVISION);
  return newest?.reason === 'superseded' ? 'the newest was superseded' : undefined;
}

function initialState({
  later,
  attemptLimit,
  crashes = 0,
  duplicates = 0,
  faults = 0,
  redrives = 0,
}: TwoRevisions): State {
  const messages = [FIRST_DETECTION, { event: later, revision: LATER_REVISION }].flatMap((lifecycle) =>
    planDeliveries(aTenantId(), aFinding(), [WEBHOOK], lifecycle).map(({ message }) => ({ ...message, attemptLimit })),
  );
  return {
    rows: {},
    queue: messages.map((message, id) => ({ id, message, visibleInMillis: 0, wasReceived: false })),
    redriveMessages: [],
    workers: [],
    got: [],
    left: { crashes, duplicates, faults, redrives },
  };
}

function isQuiescent({ queue, workers }: State): boolean {
  return queue.length === 0 && workers.length === 0;
}

/** A worker whose next step neither sees nor changes what others do goes first (partial-order reduction). */
async function movesOf(state: State, scenario: TwoRevisions, automaton: Automaton): Promise<Move[]> {
  for (const worker of state.workers) {
    const next = await automaton.next(worker.run);
    const isPrivate =
      next.kind === 'result' ? !next.acknowledges : ['note', 'announce', 'turn'].includes(next.effect.kind);
    if (worker.run.history.length === 0 || isPrivate) {
      return movesOfWorker(state, worker, scenario, automaton);
    }
  }
  const moves = [...receives(state), ...passings(state), ...redrives(state)];
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
  const run = startRun(queued.message, !queued.wasReceived, 'delivery', lease);
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
          visibleInMillis: Math.max(0, queued.visibleInMillis - wait),
        })),
        workers: state.workers.map((worker) => ({ ...worker, elapsedMillis: worker.elapsedMillis + wait })),
      },
    },
  ];
}

function redrives(state: State): Move[] {
  const [message, ...rest] = state.redriveMessages;
  return message === undefined || state.left.redrives === 0
    ? []
    : [{ name: 'redrive', state: enqueued({ ...spend(state, 'redrives'), redriveMessages: rest }, message, 0) }];
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

function applications(state: State, worker: Worker, effect: Effect, { replies }: TwoRevisions): Application[] {
  const localNow = WORKER_START + worker.elapsedMillis;
  const rowOf = (id: string) => state.rows[id] && shifted(state.rows[id], localNow);
  const { deliveryId } = worker.run.message;
  const one = (applied: State, response: ReceiverResponse, what: string = effect.kind) => [{ what, applied, response }];
  switch (effect.kind) {
    case 'read':
      return one(state, { kind: 'read', row: rowOf(deliveryId), webhook: WEBHOOK });
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
      return replies.map((statusCode) => ({
        what: `post answered ${statusCode}`,
        applied: { ...state, got: [...state.got, lifecycleOf(worker.run.message).revision] },
        response: { kind: 'answered', statusCode },
      }));
    case 'enqueue':
      return one(enqueued(state, effect.message, effect.delaySeconds * 1000), { kind: 'done' });
    case 'redrive-message':
      return one({ ...state, redriveMessages: [...state.redriveMessages, effect.message] }, { kind: 'done' });
    case 'hide':
      return one(hidden(state, worker, effect.delaySeconds * 1000), { kind: 'done' });
    case 'note':
    case 'announce':
      return one(state, { kind: 'done' });
    default:
      throw new Error(`a webhook without a pace asks for no ${effect.kind}`);
  }
}

function withRow(state: State, row: DeliveryRow, localNow: number): State {
  return { ...state, rows: { ...state.rows, [row.deliveryId]: toWorld(row, localNow) } };
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

function spend(state: State, what: keyof State['left']): State {
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

function nameOf(message: DeliveryMessage): string {
  return `revision ${lifecycleOf(message).revision}, attempt ${message.attempt}`;
}

/** Messages have no names of their own, and workers are alike. */
function keyOf({ rows, mark, queue, redriveMessages, workers, got, left }: State): string {
  const queued = ({ message, visibleInMillis, wasReceived }: Queued) =>
    `${nameOf(message)}/${message.attemptLimit}/${message.reopen ?? ''}/${visibleInMillis}/${wasReceived}`;
  const inHand = ({ messageId, run, elapsedMillis }: Worker) => {
    const held = queue.find(({ id }) => id === messageId);
    return `${held === undefined ? '' : queued(held)}/${run.name}/${elapsedMillis}`;
  };
  const shown = Object.values(rows).map(({ finding: _finding, ...row }) => JSON.stringify(row));
  return [
    shown.sort().join(),
    JSON.stringify(mark),
    queue.map(queued).sort().join(),
    redriveMessages.map(nameOf).join(),
    workers.map(inHand).sort().join(),
    got.join(),
    JSON.stringify(left),
  ].join('|');
}

function wayTo(key: string, seen: ReadonlyMap<string, { readonly from: string; readonly by: string }>): string[] {
  const way: string[] = [];
  for (let at = seen.get(key); at !== undefined && at.by !== ''; at = seen.get(at.from)) {
    way.unshift(at.by);
  }
  return way;
}
