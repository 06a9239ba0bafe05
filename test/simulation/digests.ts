/**
 * Deliveries that wait for a digest, the digest, their messages and two workers of the real `send` handler, in every interleaving.
 * Each state is visited once. Two things are asked: that no state breaks what must hold, and that from each of them there is a way
 * to an end in which every finding has its outcome.
 */
import { continuationEffects, continuationOf } from '../../shared/delivery/continuation.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { digestName, joinDigest, membersOf, openDigest } from '../../shared/delivery/digest.ts';
import { planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import { isDigest, owesMembers, owesRedriveMessage } from '../../shared/delivery/row-change.ts';
import { FIRST_DETECTION, lifecycleOf } from '../../shared/finding/lifecycle.ts';
import { windowEnd } from '../../shared/webhook/digest-choice.ts';
import { aFinding, aTenantId } from '../builders/finding.ts';
import { aWebhook } from '../builders/webhook.ts';
import { type Automaton, createAutomaton, type Effect, type ReceiverResponse, WORKER_START } from './automaton.ts';
import {
  type Application,
  enqueued,
  hidden,
  type MoveOf,
  movesIn,
  type Queued,
  rowAt,
  type SeveralDeliveries,
  type Step,
  spend,
  stored,
  wayTo,
} from './several-deliveries.ts';
import { toWorld, type Worker } from './world.ts';

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

interface Post {
  readonly id: string;
  /** The findings in it, by name. */
  readonly of: readonly string[];
  readonly isAccepted: boolean;
}

type Left = Required<Omit<DigestScenario, 'of' | 'replies' | 'isJoined'>>;

interface State extends SeveralDeliveries {
  readonly isDisabled: boolean;
  readonly posts: readonly Post[];
  readonly left: Left;
}

type Move = MoveOf<State>;

export interface DigestExploration {
  readonly states: number;
  /** Everything has its outcome, and nothing is under way. */
  readonly endings: number;
  readonly mostPosts: number;
}

const SLACK = { format: { id: 'slack', options: {} }, digest: { minutes: 5 } };
const TITLES = ['Alpha', 'Beta'] as const;

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
  // A success that could not be recorded may be followed by another: the promise is at least once.
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

function movesOf(state: State, scenario: DigestScenario, automaton: Automaton): Promise<readonly Move[]> {
  return movesIn(state, {
    automaton,
    privateEffects: ['note', 'announce', 'reserve'],
    queue: 'retry',
    nameOf,
    applications: (from, worker, effect) => applications(from, worker, effect, scenario),
    others: (from) => [...people(from), ...reconciliations(from)],
  });
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

function applications(
  state: State,
  worker: Worker,
  effect: Effect,
  scenario: DigestScenario,
): readonly Application<State>[] {
  const rowOf = (id: string) => rowAt(state, id, worker);
  const one = (applied: State, response: ReceiverResponse) => [{ what: effect.kind, applied, response }];
  switch (effect.kind) {
    case 'read': {
      const webhook = webhookOf(scenario, state.isDisabled);
      return one(state, { kind: 'read', row: rowOf(worker.run.message.deliveryId), webhook });
    }
    case 'list-members':
      return listings(state, effect.digestId);
    case 'read-members':
      return one(state, { kind: 'rows', rows: effect.ids.map(rowOf).filter((row) => row !== undefined) });
    case 'post':
      return scenario.replies.map((statusCode) => ({
        what: `post answered ${statusCode}`,
        applied: { ...state, posts: [...state.posts, postOf(effect, statusCode)] },
        response: { kind: 'answered', statusCode },
      }));
    case 'reserve':
      return one(state, { kind: 'turn', at: WORKER_START + worker.elapsedMillis });
    case 'hide':
      return one(hidden(state, worker, effect.delaySeconds * 1000), { kind: 'done' });
    case 'disable':
      return one({ ...state, isDisabled: true }, { kind: 'done' });
    default: {
      const applied = stored(state, worker, effect);
      if (applied === undefined) {
        throw new Error(`this receiver refuses nothing for now: ${effect.kind}`);
      }
      return applied;
    }
  }
}

function postOf({ id, body }: Extract<Effect, { kind: 'post' }>, statusCode: number): Post {
  return { id, of: TITLES.filter((title) => body.includes(title)), isAccepted: statusCode === 200 };
}

/** All that wait, or without one that has just begun to. */
function listings(state: State, digestId: string): readonly Application<State>[] {
  const ids = Object.values(state.rows)
    .filter((row) => row.status === 'pending' && row.digestId === digestId)
    .map(({ deliveryId }) => deliveryId);
  const all = { what: 'list', applied: state, response: { kind: 'ids', ids } } as const;
  return state.left.lags === 0
    ? [all]
    : [
        all,
        ...ids.map(
          (unseen): Application<State> => ({
            what: 'list too early',
            applied: spend(state, 'lags'),
            response: { kind: 'ids', ids: ids.filter((id) => id !== unseen) },
          }),
        ),
      ];
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
