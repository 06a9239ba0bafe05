/** Every way in which the world can go on: messages are received, time passes, people and the reconciler step in. */
import { continuationOf, markRedriveMessageSent, redriveMessageOf } from '../../shared/delivery/continuation.ts';
import { postpone } from '../../shared/delivery/postpone.ts';
import { retryByHand } from '../../shared/delivery/retry-cycle.ts';
import { holds } from '../../shared/runtime/condition.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import { type Automaton, startRun, WORKER_START } from './automaton.ts';
import { isPrivate, movesOfWorker } from './worker-moves.ts';
import {
  afterWait,
  enqueued,
  type Move,
  normalised,
  type QueuedMessage,
  type Rules,
  type State,
  settleInstants,
  shifted,
  spend,
  VISIBILITY_MILLIS,
  type Worker,
  withRow,
  withTurnIn,
} from './world.ts';

/** Lambda ends a worker after its function's timeout; it does not come back to life. */
const WORKER_LIFE_MILLIS = 30_000;

const WORKERS = 2;

/**
 * A worker whose next step neither sees nor changes what others do goes first: every other order leads to the same
 * states (partial-order reduction). So does one that has just received its message: reading later is receiving later.
 */
export async function movesOf(state: State, rules: Rules, automaton: Automaton): Promise<Move[]> {
  for (const worker of state.workers) {
    if (worker.run.history.length === 0 || isPrivate(await automaton.next(worker.run))) {
      return movesOfWorker(state, worker, rules, automaton);
    }
  }
  const moves: Move[] = [...receives(state), ...passings(state), ...interventions(state), ...reconciliations(state)];
  for (const worker of state.workers) {
    moves.push(...(await movesOfWorker(state, worker, rules, automaton)));
  }
  return moves;
}

function receives(state: State): Move[] {
  if (state.workers.length >= WORKERS) {
    return [];
  }
  const { budget } = state;
  return state.queue.flatMap((queued) => {
    const isHeld = state.workers.some(({ messageId }) => messageId === queued.id);
    if (queued.visibleInMillis <= 0 && !isHeld) {
      return [{ name: `receive ${queued.message.attempt}`, state: receive(state, queued) }];
    }
    return isHeld && budget.duplicates > 0
      ? [
          {
            name: `receive ${queued.message.attempt} again`,
            state: receive(spend(state, 'duplicates'), queued),
          },
        ]
      : [];
  });
}

function receive(state: State, queued: QueuedMessage): State {
  const worker: Worker = {
    messageId: queued.id,
    elapsedMillis: 0,
    run: startRun(withTurnIn(queued.message, WORKER_START), !queued.wasReceived, queued.queue, freeLease(state)),
  };
  return {
    ...state,
    workers: [...state.workers, worker],
    queue: state.queue.map((other) =>
      other.id === queued.id ? { ...other, visibleInMillis: VISIBILITY_MILLIS, wasReceived: true } : other,
    ),
  };
}

/** Time passes to the next message; it cannot while a worker would outlive its function's timeout. */
function passings(state: State): Move[] {
  const waits = state.queue.map(({ visibleInMillis }) => visibleInMillis).filter((wait) => wait > 0);
  if (waits.length === 0) {
    return [];
  }
  const wait = Math.min(...waits);
  if (state.workers.some(({ elapsedMillis }) => elapsedMillis + wait > WORKER_LIFE_MILLIS)) {
    return [];
  }
  return [
    {
      name: `wait ${wait / 1000} s`,
      state: {
        ...state,
        row: state.row && settleInstants(shifted(state.row, -wait)),
        ...afterWait(state, wait),
      },
    },
  ];
}

/** What people do in the middle: redrive a redrive message, press retry, disable and resume. */
function interventions(state: State): Move[] {
  const { budget, row, redriveMessages } = state;
  const moves: Move[] = [];
  const [redriveMessage, ...rest] = redriveMessages;
  if (budget.redrives > 0 && redriveMessage !== undefined) {
    moves.push({
      name: 'redrive',
      state: enqueued({ ...spend(state, 'redrives'), redriveMessages: rest }, redriveMessage, 0),
    });
  }
  const retry = budget.handRetries > 0 && row !== undefined ? retryByHand(row, 0) : undefined;
  if (retry !== undefined && row !== undefined && holds(retry.when, row)) {
    const message = { ...aDeliveryMessage(), attempt: row.lastAttempt + 1, attemptLimit: retry.row.attemptLimit };
    const retried = withRow(spend(state, 'handRetries'), normalised(retry.row));
    moves.push({ name: 'retry by hand', state: enqueued(retried, { ...message, reopen: 'user' }, 0) });
    if (budget.crashes > 0) {
      moves.push({ name: 'retry by hand, message lost', state: spend(retried, 'crashes') });
    }
  }
  if (budget.toggles > 0) {
    const name = state.isDisabled ? 'resume' : 'disable';
    moves.push({ name, state: { ...spend(state, 'toggles'), isDisabled: !state.isDisabled } });
  }
  if (budget.paces > 0) {
    // Another delivery of the webhook has shown it.
    const name = state.isSlow ? 'become quick' : 'become slow';
    moves.push({ name, state: { ...spend(state, 'paces'), isSlow: !state.isSlow } });
  }
  return moves;
}

/** The reconciler's three effects, between which it may crash and others may go on. */
function reconciliations(state: State): Move[] {
  const { budget, row, reconciler } = state;
  if (reconciler === undefined) {
    const change = budget.reconciles > 0 && row !== undefined ? postpone(row, 0) : undefined;
    return change !== undefined && holds(change.when, row)
      ? [
          {
            name: 'postpone',
            state: {
              ...spend(state, 'reconciles'),
              row: normalised(change.row),
              reconciler: { row: normalised(change.row), next: 'send' },
            },
          },
        ]
      : [];
  }
  const { reconciler: _ended, ...ended } = state;
  const crash = budget.crashes > 0 ? [{ name: 'reconciler crashes', state: spend(ended, 'crashes') }] : [];
  return [{ name: `reconciler: ${reconciler.next}`, state: reconciled(ended, reconciler) }, ...crash];
}

function reconciled(state: State, { row, next }: NonNullable<State['reconciler']>): State {
  if (next === 'mark') {
    const change = markRedriveMessageSent(row, 0);
    return holds(change.when, state.row) ? { ...state, row: normalised(change.row) } : state;
  }
  return row.status === 'pending'
    ? enqueued(state, continuationOf(row), Math.max(0, row.nextAttemptAt ?? 0))
    : {
        ...state,
        redriveMessages: [...state.redriveMessages, redriveMessageOf(row)],
        reconciler: { row, next: 'mark' },
      };
}

/** The first name that neither the row nor another worker uses: leases are random, so two are never the same. */
function freeLease(state: State): string {
  const taken = new Set([state.row?.lease, ...state.workers.map(({ run }) => run.lease)]);
  return ['lease-a', 'lease-b', 'lease-c', 'lease-d'].find((name) => !taken.has(name)) ?? 'lease-e';
}
