/**
 * Two deliveries of one finding, an earlier and a later revision, at a webhook that chose more than detections: their rows, the
 * mark, their messages and two workers of the real `send` handler, people and the reconciler, in every interleaving. Each state
 * is visited once. How it goes on from a state is `two-revisions-moves.ts`.
 */
import { hold } from '../../shared/delivery/cancel-or-hold.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import { recordGivingUp } from '../../shared/delivery/record-attempt.ts';
import { beginRevision } from '../../shared/delivery/revision-mark.ts';
import { owesRedriveMessage } from '../../shared/delivery/row-change.ts';
import { noteWaiting } from '../../shared/delivery/waiting.ts';
import { FIRST_DETECTION, lifecycleOf } from '../../shared/finding/lifecycle.ts';
import { aFinding, aTenantId } from '../builders/finding.ts';
import { createAutomaton, digest } from './automaton.ts';
import type { Exploration } from './explore.ts';
import { type Queued, type Step, wayTo } from './several-deliveries.ts';
import { movesOf, nameOf } from './two-revisions-moves.ts';
import { type State, type TwoRevisions, WEBHOOK } from './two-revisions-state.ts';
import { normalised, type Worker } from './world.ts';

const LATER_REVISION = 2;

/** When a delivery that waits looks at its line again. */
const NEXT_LOOK_MILLIS = 120_000;

/** Throws with the way there if a state breaks what must hold. */
export async function exploreTwoRevisions(scenario: TwoRevisions): Promise<Exploration> {
  const automaton = createAutomaton(0);
  const start = initialState(scenario);
  const first = keyOf(start);
  const seen = new Map<string, Step>([[first, { from: '', by: '' }]]);
  let frontier = [{ state: start, key: first }];
  let endings = 0;
  let mostPosts = 0;
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { state, key } of frontier) {
      const broken = brokenInvariant(state, scenario);
      if (broken !== undefined) {
        throw new Error(`${broken}\n${wayTo(key, seen).join('\n')}\n${JSON.stringify(state, undefined, 1)}`);
      }
      endings += isQuiescent(state) ? 1 : 0;
      mostPosts = Math.max(mostPosts, state.got.length);
      for (const move of await movesOf(state, scenario, automaton)) {
        const reached = keyOf(move.state);
        if (!seen.has(reached)) {
          seen.set(reached, { from: key, by: move.name });
          next.push({ state: move.state, key: reached });
        }
      }
    }
    frontier = next;
  }
  return { states: seen.size, endings, mostPosts };
}

function brokenInvariant(state: State, { isReconciled = false }: TwoRevisions): string | undefined {
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
  const isWatched = (row: DeliveryRow) => isReconciled && row.reconcileAt !== undefined;
  const open = all.find((row) => (row.status === 'pending' || owesRedriveMessage(row)) && !isWatched(row));
  if (all.length < 2 || open !== undefined) {
    return `lost: ${open?.status ?? 'a row is missing'} with nothing under way`;
  }
  const newest = all.find((row) => lifecycleOf(row).revision === LATER_REVISION);
  return newest?.reason === 'superseded' ? 'the newest was superseded' : undefined;
}

function initialState({ later, attemptLimit, begins, ...scenario }: TwoRevisions): State {
  const { failures = 0, crashes = 0, duplicates = 0, faults = 0, redrives = 0 } = scenario;
  const { toggles = 0, handRetries = 0, reconciles = 0, waits = 0 } = scenario;
  const [detection, next] = [FIRST_DETECTION, { event: later, revision: LATER_REVISION }].map((lifecycle) => {
    const [planned] = planDeliveries(aTenantId(), aFinding(), [WEBHOOK], lifecycle);
    if (planned === undefined) {
      throw new Error('nothing is planned');
    }
    return { ...planned.message, attemptLimit };
  }) as [DeliveryMessage, DeliveryMessage];
  const queued = (id: number, message: DeliveryMessage, visibleInMillis = 0): Queued => ({
    ...{ id, message, visibleInMillis, wasReceived: false },
  });
  return {
    ...(begins === undefined ? { rows: {} } : afterDetection(detection, begins)),
    queue: [
      queued(0, next),
      ...(begins === undefined ? [queued(1, detection)] : []),
      ...(begins === 'waiting' ? [queued(1, { ...detection, sentOn: true }, NEXT_LOOK_MILLIS)] : []),
    ],
    redriveMessages: [],
    workers: [],
    isDisabled: false,
    got: begins === 'failed' ? [FIRST_DETECTION.revision] : [],
    left: { failures, crashes, duplicates, faults, redrives, toggles, handRetries, reconciles, waits },
  };
}

/** It was held because the webhook was disabled, or waits for a turn, or its last attempt failed and its redrive message is owed. */
function afterDetection(
  message: DeliveryMessage,
  how: NonNullable<TwoRevisions['begins']>,
): Pick<State, 'rows' | 'mark'> {
  const { deliveryId } = message;
  const change =
    how === 'held'
      ? hold(undefined, message, 0)
      : how === 'waiting'
        ? noteWaiting(undefined, message, WEBHOOK, 0)
        : undefined;
  if (change !== undefined) {
    return { rows: { [deliveryId]: normalised(change.row) } };
  }
  const attempt = { number: 1, at: 0, millis: 0, statusCode: 500 };
  const { row } = recordGivingUp(undefined, message, attempt, 'exhausted', 0);
  const { set } = beginRevision({ message, lifecycle: FIRST_DETECTION, lastAttempt: 0, lease: 'ended' }, 0);
  return { rows: { [deliveryId]: normalised(row) }, mark: { ...set, leaseUntil: 0, expiresAt: 0 } };
}

function isQuiescent({ queue, workers, reconciler }: State): boolean {
  return queue.length === 0 && workers.length === 0 && reconciler === undefined;
}

/** Messages have no names of their own, and workers are alike. As a digest: in words, millions of states fill the memory. */
function keyOf({ rows, mark, queue, redriveMessages, workers, reconciler, isDisabled, got, left }: State): string {
  const inHand = ({ messageId, run, elapsedMillis }: Worker) => {
    const held = queue.find(({ id }) => id === messageId);
    return `${held === undefined ? '' : inWords(held, nameOfQueued)}/${run.name}/${elapsedMillis}`;
  };
  return digest(
    [
      inWords(rows, nameOfRows),
      mark === undefined ? '' : inWords(mark, JSON.stringify),
      inWords(queue, (messages) => messages.map(nameOfQueued).sort().join()),
      redriveMessages.map(nameOf).join(),
      workers.map(inHand).sort().join(),
      reconciler === undefined ? '' : inWords(reconciler, ({ row, next }) => `${next} ${nameOfRow(row)}`),
      isDisabled,
      got.join(),
      inWords(left, JSON.stringify),
    ].join('|'),
  );
}

/** Most of a state is shared with the one before it, so its parts are put into words once. */
const known = new WeakMap<object, string>();

function inWords<Part extends object>(part: Part, toWords: (part: Part) => string): string {
  const words = known.get(part) ?? toWords(part);
  known.set(part, words);
  return words;
}

function nameOfQueued({ message, visibleInMillis, wasReceived }: Queued): string {
  const { attemptLimit, reopen = '', sentOn = '', turn } = message;
  return [nameOf(message), attemptLimit, reopen, sentOn, turn?.at ?? '', visibleInMillis, wasReceived].join('/');
}

function nameOfRows(rows: State['rows']): string {
  return Object.values(rows).map(nameOfRow).sort().join();
}

/** All but the finding, which is the same in all of them and longer than the rest. */
function nameOfRow({ finding: _finding, ...row }: DeliveryRow): string {
  return JSON.stringify(row);
}
