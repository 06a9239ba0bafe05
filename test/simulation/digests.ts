/**
 * Deliveries that wait for a digest, the digest, their messages and two workers of the real `send` handler, in every interleaving.
 * Each state is visited once. Two things are asked: that no state breaks what must hold, and that from each of them there is a way
 * to an end in which every finding has its outcome.
 */
import { continuationEffects, continuationOf } from '../../shared/delivery/continuation.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { digestName, joinDigest, membersOf, openDigest } from '../../shared/delivery/digest.ts';
import { planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import type { RevisionMark } from '../../shared/delivery/revision-mark.ts';
import { isDigest, owesMembers, owesRedriveMessage } from '../../shared/delivery/row-change.ts';
import { FIRST_DETECTION, lifecycleOf } from '../../shared/finding/lifecycle.ts';
import { holds } from '../../shared/runtime/condition.ts';
import { windowEnd } from '../../shared/webhook/digest-choice.ts';
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
import { settleInstants, shifted, toWorld, VISIBILITY_MILLIS, type Worker } from './world.ts';

export interface DigestScenario {
  /** Two findings of one digest, or a finding and its critical update, which goes at once. */
  readonly of: 'two findings' | 'a critical update';
  /** They wait already, and the digest is due; its attempts end with the second. */
  readonly isJoined?: true;
  readonly replies: readonly number[];
  readonly crashes?: number;
  readonly duplicates?: number;
  readonly faults?: number;
  /** How often the index does not show a delivery that waits. */
  readonly lags?: number;
  readonly redrives?: number;
  /** How often the webhook is disabled or resumed. */
  readonly toggles?: number;
}

interface Queued {
  readonly id: number;
  readonly message: DeliveryMessage;
  readonly visibleInMillis: number;
  readonly wasReceived: boolean;
}

interface Post {
  readonly id: string;
  /** The findings in it, by name. */
  readonly of: readonly string[];
  readonly isAccepted: boolean;
}

type Left = Required<Omit<DigestScenario, 'of' | 'replies' | 'isJoined'>>;

/** Instants are relative to now. */
interface State {
  readonly rows: Readonly<Record<string, DeliveryRow>>;
  readonly mark?: RevisionMark;
  readonly queue: readonly Queued[];
  readonly redriveMessages: readonly DeliveryMessage[];
  readonly workers: readonly Worker[];
  readonly isDisabled: boolean;
  readonly posts: readonly Post[];
  readonly left: Left;
}

interface Move {
  readonly name: string;
  readonly state: State;
}

export interface DigestExploration {
  readonly states: number;
  /** Everything has its outcome, and nothing is under way. */
  readonly endings: number;
  readonly mostPosts: number;
}

const SLACK = { format: { id: 'slack', options: {} }, digest: { minutes: 5 } };
const TITLES = ['Alpha', 'Beta'] as const;
const WORKERS = 2;
/** Lambda ends a worker after its function's timeout. */
const WORKER_LIFE_MILLIS = 30_000;

interface Step {
  readonly from: string;
  readonly by: string;
}

/** Throws with the way there if a state breaks what must hold, or leads nowhere. */
export async function exploreDigests(scenario: DigestScenario): Promise<DigestExploration> {
  const automaton = createAutomaton(0);
  const start = initialState(scenario);
  const seen = new Map<string, Step>([[keyOf(start), { from: '', by: '' }]]);
  const cameFrom = new Map<string, string[]>();
  const ended: string[] = [];
  let frontier = [start];
  let mostPosts = 0;
  while (frontier.length > 0) {
    const next: State[] = [];
    for (const state of frontier) {
      const key = keyOf(state);
      const broken = brokenInvariant(state, scenario);
      if (broken !== undefined) {
        throw new Error(`${broken}\n${wayTo(key, seen).join('\n')}\n${JSON.stringify(state, undefined, 1)}`);
      }
      if (isEnd(state)) {
        ended.push(key);
      }
      mostPosts = Math.max(mostPosts, state.posts.length);
      for (const move of await movesOf(state, scenario, automaton)) {
        const reached = keyOf(move.state);
        const before = cameFrom.get(reached);
        if (before === undefined) {
          cameFrom.set(reached, [key]);
        } else {
          before.push(key);
        }
        if (!seen.has(reached)) {
          seen.set(reached, { from: key, by: move.name });
          next.push(move.state);
        }
      }
    }
    frontier = next;
  }
  const stuck = firstWithoutEnd(seen, cameFrom, ended);
  if (stuck !== undefined) {
    throw new Error(`lost: no way to an end from here\n${wayTo(stuck, seen).join('\n')}\n${stuck}`);
  }
  return { states: seen.size, endings: ended.length, mostPosts };
}

/** Backwards from every end: a state that is not reached so can never come to one. */
function firstWithoutEnd(
  seen: ReadonlyMap<string, Step>,
  cameFrom: ReadonlyMap<string, readonly string[]>,
  ended: readonly string[],
): string | undefined {
  const leading = new Set(ended);
  for (const key of leading) {
    for (const before of cameFrom.get(key) ?? []) {
      leading.add(before);
    }
  }
  return [...seen.keys()].find((key) => !leading.has(key));
}

function isOver(row: DeliveryRow): boolean {
  return row.status !== 'pending' && !owesRedriveMessage(row) && !owesMembers(row);
}

function isEnd(state: State): boolean {
  const rows = Object.values(state.rows);
  return isQuiescent(state) && rows.filter((row) => !isDigest(row)).length === TITLES.length && rows.every(isOver);
}

function brokenInvariant(state: State, scenario: DigestScenario): string | undefined {
  const rows = Object.values(state.rows);
  const { crashes = 0, faults = 0, redrives = 0 } = scenario;
  // A success that nobody could record may be followed by another: the promise is at least once.
  const unrecorded = crashes - state.left.crashes + faults - state.left.faults;
  for (const title of TITLES) {
    const accepted = new Set(
      state.posts.filter((post) => post.isAccepted && post.of.includes(title)).map(({ id }) => id),
    );
    if (accepted.size > 1 + unrecorded && scenario.of === 'two findings') {
      return `${title} is in ${accepted.size} messages that were delivered`;
    }
  }
  for (const row of rows.filter((other) => !isDigest(other))) {
    const digests = rows.filter(
      (other) => isDigest(other) && other.status === 'delivered' && membersOf(other)?.includes(row.deliveryId),
    );
    if (digests.length > 1) {
      return `${row.deliveryId} is on record in ${digests.length} digests that were delivered`;
    }
    if (row.status === 'delivered' && !state.posts.some((post) => post.isAccepted && post.of.includes(titleOf(row)))) {
      return `${row.deliveryId} is delivered, and no message had it`;
    }
    const numbers = row.attempts.filter(({ duplicate }) => !duplicate).map(({ number }) => number);
    if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
      return `attempts recorded twice or out of order: ${numbers}`;
    }
    if (isQuiescent(state) && digests[0] && isOver(digests[0]) && row.status !== 'delivered') {
      return `${row.deliveryId} went with a digest that was delivered, and is ${row.status}`;
    }
  }
  const most = TITLES.length * 4 * (1 + redrives) + unrecorded + (scenario.duplicates ?? 0);
  if (state.posts.length > most) {
    return `${state.posts.length} POSTs`;
  }
  if (scenario.of === 'a critical update') {
    const update = state.posts.findIndex(({ of }) => of.includes('Beta'));
    if (update >= 0 && state.posts.slice(update).some(({ of }) => of.includes('Alpha'))) {
      return 'the finding was sent after its critical update';
    }
  }
  return undefined;
}

function titleOf({ finding }: DeliveryRow): string {
  return TITLES.find((title) => finding.includes(title)) ?? '';
}

function webhookOf({ of }: DigestScenario, isDisabled: boolean) {
  return aWebhook({
    ...SLACK,
    ...(of === 'a critical update' && { payloadVersion: 2, events: ['updated'] }),
    ...(isDisabled && { state: { kind: 'disabled' } }),
  });
}

function initialState({ of, replies: _replies, isJoined, ...budget }: DigestScenario): State {
  const webhook = webhookOf({ of, replies: [] }, false);
  const medium = { severity: { level: 'medium', score: 50 } } as const;
  const findings =
    of === 'two findings'
      ? [
          { finding: aFinding({ ...medium, id: 'a', title: 'Alpha' }), lifecycle: FIRST_DETECTION },
          { finding: aFinding({ ...medium, id: 'b', title: 'Beta' }), lifecycle: FIRST_DETECTION },
        ]
      : [
          { finding: aFinding({ ...medium, id: 'a', title: 'Alpha' }), lifecycle: FIRST_DETECTION },
          {
            finding: aFinding({ id: 'a', title: 'Beta', severity: { level: 'critical', score: 99 } }),
            lifecycle: { event: 'updated', revision: 2 } as const,
          },
        ];
  const messages = findings.flatMap(({ finding, lifecycle }) =>
    planDeliveries(aTenantId(), finding, [webhook], lifecycle).map(({ message }) => ({
      ...message,
      ...(isJoined && { attemptLimit: 2 }),
    })),
  );
  const { rows, sent } = isJoined ? joined(messages) : { rows: [], sent: messages };
  return {
    rows: Object.fromEntries(rows.map((row) => [row.deliveryId, row])),
    queue: sent.map((message, id) => ({ id, message, visibleInMillis: 0, wasReceived: false })),
    redriveMessages: [],
    workers: [],
    isDisabled: false,
    posts: [],
    left: { crashes: 0, duplicates: 0, faults: 0, lags: 0, redrives: 0, toggles: 0, ...budget },
  };
}

/** A critical one goes alone. */
function joined(messages: readonly DeliveryMessage[]) {
  const { tenantId, webhookId } = aWebhook();
  const name = digestName(tenantId, webhookId, windowEnd(WORKER_START, SLACK.digest.minutes));
  const digest = { ...openDigest(tenantId, webhookId, name, WORKER_START).row, attemptLimit: 2, nextAttemptAt: 0 };
  const waits = ({ finding }: DeliveryMessage) => !finding.includes('critical');
  const rows = messages.filter(waits).map((message) => joinDigest(undefined, message, name, WORKER_START).row);
  return {
    rows: [digest, ...rows].map((row) => toWorld(row, 0)),
    sent: [continuationOf(digest), ...messages.filter((message) => !waits(message))],
  };
}

function isQuiescent({ queue, workers }: State): boolean {
  return queue.length === 0 && workers.length === 0;
}

/** A worker whose next step neither sees nor changes what others do goes first (partial-order reduction). */
async function movesOf(state: State, scenario: DigestScenario, automaton: Automaton): Promise<Move[]> {
  for (const worker of state.workers) {
    const next = await automaton.next(worker.run);
    const isPrivate =
      next.kind === 'result' ? !next.acknowledges : ['note', 'announce', 'reserve'].includes(next.effect.kind);
    if (worker.run.history.length === 0 || isPrivate) {
      return movesOfWorker(state, worker, scenario, automaton);
    }
  }
  const moves = [...receives(state), ...passings(state), ...people(state), ...reconciliations(state)];
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
  const run = startRun(queued.message, !queued.wasReceived, 'retry', lease);
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

function people(state: State): Move[] {
  const [message, ...rest] = state.redriveMessages;
  const redriven = { ...state, redriveMessages: rest };
  return [
    ...(message !== undefined && state.left.redrives > 0
      ? [{ name: 'redrive', state: enqueued(spend(redriven, 'redrives'), message, 0) }]
      : []),
    ...(state.left.toggles > 0
      ? [
          {
            name: state.isDisabled ? 'resume' : 'disable',
            state: { ...spend(state, 'toggles'), isDisabled: !state.isDisabled },
          },
        ]
      : []),
  ];
}

/** Once nothing comes by itself any more, what a row still needs is found by the reconciler, for ever. */
function reconciliations(state: State): Move[] {
  if (!isQuiescent(state)) {
    return [];
  }
  return Object.values(state.rows).flatMap((row) =>
    row.reconcileAt === undefined || isOver(row)
      ? []
      : [{ name: `reconcile ${row.deliveryId}`, state: continuationEffects(row).reduce(reconciled, state) }],
  );
}

function reconciled(state: State, effect: ReturnType<typeof continuationEffects>[number]): State {
  switch (effect.kind) {
    case 'enqueue-retry':
      return enqueued(state, effect.message, Math.max(0, effect.dueAt));
    case 'send-redrive-message':
      return { ...state, redriveMessages: [...state.redriveMessages, effect.message] };
    case 'mark-redrive-message-sent':
      return { ...state, rows: { ...state.rows, [effect.row.deliveryId]: marked(effect.row) } };
    case 'announce':
      return state;
  }
}

function marked(row: DeliveryRow): DeliveryRow {
  const { reconcileAt: _done, ...rest } = row;
  return { ...rest, ticketSentAt: 0 };
}

async function movesOfWorker(
  state: State,
  worker: Worker,
  scenario: DigestScenario,
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

function applications(state: State, worker: Worker, effect: Effect, scenario: DigestScenario): Application[] {
  const localNow = WORKER_START + worker.elapsedMillis;
  const rowOf = (id: string) => state.rows[id] && shifted(state.rows[id], localNow);
  const one = (applied: State, response: ReceiverResponse, what: string = effect.kind) => [{ what, applied, response }];
  switch (effect.kind) {
    case 'read': {
      const webhook = webhookOf(scenario, state.isDisabled);
      return one(state, { kind: 'read', row: rowOf(worker.run.message.deliveryId), webhook });
    }
    case 'find':
      return one(state, { kind: 'row', row: rowOf(effect.deliveryId) });
    case 'list-members':
      return listings(state, effect.digestId);
    case 'read-members':
      return one(state, { kind: 'rows', rows: effect.ids.map(rowOf).filter((row) => row !== undefined) });
    case 'write':
      return holds(effect.change.when, rowOf(effect.change.row.deliveryId))
        ? one(withRow(state, effect.change.row, localNow), { kind: 'outcome', outcome: 'written' })
        : one(state, { kind: 'outcome', outcome: 'conflict' }, 'refused write');
    case 'put':
      return one(withRow(state, effect.row, localNow), { kind: 'done' });
    case 'advance':
      return one(...advanced(state, effect, localNow));
    case 'post':
      return scenario.replies.map((statusCode) => ({
        what: `post answered ${statusCode}`,
        applied: { ...state, posts: [...state.posts, postOf(effect, statusCode)] },
        response: { kind: 'answered', statusCode },
      }));
    case 'reserve':
      return one(state, { kind: 'turn', at: localNow });
    case 'enqueue':
      return one(enqueued(state, effect.message, effect.delaySeconds * 1000), { kind: 'done' });
    case 'redrive-message':
      return one({ ...state, redriveMessages: [...state.redriveMessages, effect.message] }, { kind: 'done' });
    case 'hide':
      return one(hidden(state, worker, effect.delaySeconds * 1000), { kind: 'done' });
    case 'disable':
      return one({ ...state, isDisabled: true }, { kind: 'done' });
    case 'note':
    case 'announce':
      return one(state, { kind: 'done' });
    default:
      throw new Error(`this receiver refuses nothing for now: ${effect.kind}`);
  }
}

function postOf({ id, body }: Extract<Effect, { kind: 'post' }>, statusCode: number): Post {
  return { id, of: TITLES.filter((title) => body.includes(title)), isAccepted: statusCode === 200 };
}

/** All that wait, or without one that has just begun to. */
function listings(state: State, digestId: string): Application[] {
  const ids = Object.values(state.rows)
    .filter((row) => row.status === 'pending' && row.digestId === digestId)
    .map(({ deliveryId }) => deliveryId);
  const all = { what: 'list', applied: state, response: { kind: 'ids', ids } } as const;
  return state.left.lags === 0
    ? [all]
    : [
        all,
        ...ids.map(
          (unseen): Application => ({
            what: 'list too early',
            applied: spend(state, 'lags'),
            response: { kind: 'ids', ids: ids.filter((id) => id !== unseen) },
          }),
        ),
      ];
}

function advanced(
  state: State,
  { change: { set, when } }: Extract<Effect, { kind: 'advance' }>,
  localNow: number,
): [State, ReceiverResponse, string] {
  const mark = state.mark && shiftedMark(state.mark, localNow);
  return holds(when, mark)
    ? [
        { ...state, mark: { ...settledMark({ ...mark, ...set }, -localNow), expiresAt: 0 } },
        { kind: 'mark', outcome: { kind: 'written' } },
        'advance',
      ]
    : [state, { kind: 'mark', outcome: { kind: 'refused', mark } }, 'refused advance'];
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

function nameOf({ deliveryId, attempt, digestEndsAt, ...message }: DeliveryMessage): string {
  const kind = digestEndsAt === undefined ? `revision ${lifecycleOf(message).revision}` : `digest of ${digestEndsAt}`;
  return `${kind} ${deliveryId.slice(-4)}, attempt ${attempt}`;
}

/** Messages have no names of their own, and workers are alike. */
function keyOf({ rows, mark, queue, redriveMessages, workers, isDisabled, posts, left }: State): string {
  const queued = ({ message, visibleInMillis, wasReceived }: Queued) =>
    `${nameOf(message)}/${message.attemptLimit}/${message.reopen ?? ''}/${visibleInMillis}/${wasReceived}`;
  const inHand = ({ messageId, run, elapsedMillis }: Worker) => {
    const held = queue.find(({ id }) => id === messageId);
    return `${held === undefined ? '' : queued(held)}/${run.name}/${elapsedMillis}`;
  };
  const named = Object.entries(rows)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { finding: _finding, ...row }]) => row);
  return JSON.stringify([
    named,
    mark ?? null,
    queue.map(queued).sort(),
    redriveMessages.map(nameOf).sort(),
    workers.map(inHand).sort(),
    isDisabled,
    posts.map(({ id, of, isAccepted }) => `${id.slice(-4)} ${of} ${isAccepted}`),
    left,
  ]);
}

function wayTo(key: string, seen: ReadonlyMap<string, Step>): string[] {
  const way: string[] = [];
  for (let at = seen.get(key); at !== undefined && at.by !== ''; at = seen.get(at.from)) {
    way.unshift(at.by);
  }
  return way;
}
