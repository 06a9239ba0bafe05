/** Every way in which a world of two revisions can go on. What must hold in each state is `two-revisions.ts`. */
import { continuationOf, markRedriveMessageSent, redriveMessageOf } from '../../shared/delivery/continuation.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { postpone } from '../../shared/delivery/postpone.ts';
import { LEASE_MILLIS, retryByHand } from '../../shared/delivery/retry-cycle.ts';
import { lifecycleOf } from '../../shared/finding/lifecycle.ts';
import { holds } from '../../shared/runtime/condition.ts';
import type { TurnChange } from '../../shared/webhook/retry-line.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { type Automaton, type Effect, type ReceiverResponse, WORKER_START } from './automaton.ts';
import {
  type Application,
  enqueued,
  hidden,
  type MoveOf,
  movesIn,
  rowAt,
  spend,
  stored,
  withRow,
} from './several-deliveries.ts';
import { type State, type TwoRevisions, WEBHOOK } from './two-revisions-state.ts';
import { normalised, type Worker } from './world.ts';

type Move = MoveOf<State>;

export function movesOf(state: State, scenario: TwoRevisions, automaton: Automaton): Promise<readonly Move[]> {
  return movesIn(state, {
    automaton,
    privateEffects: ['note', 'announce', 'turn', 'reserve'],
    queue: 'delivery',
    nameOf,
    applications: (from, worker, effect) => applications(from, worker, effect, scenario),
    others: (from) => [...interventions(from), ...reconciliations(from)],
  });
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

function applications(
  state: State,
  worker: Worker,
  effect: Effect,
  scenario: TwoRevisions,
): readonly Application<State>[] {
  const one = (applied: State, response: ReceiverResponse) => [{ what: effect.kind, applied, response }];
  switch (effect.kind) {
    case 'read': {
      const row = rowAt(state, worker.run.message.deliveryId, worker);
      return one(state, { kind: 'read', row, webhook: webhookOf(state, scenario) });
    }
    case 'reserve':
      return reservationsOf(state, effect.change, WORKER_START + worker.elapsedMillis);
    case 'post':
      return responsesOf(state, worker);
    case 'hide':
      return one(hidden(state, worker, returnMillis(effect.delaySeconds, scenario)), { kind: 'done' });
    default: {
      const applied = stored(state, worker, effect);
      if (applied === undefined) {
        throw new Error(`no response of this receiver asks for ${effect.kind}`);
      }
      return applied;
    }
  }
}

function responsesOf(state: State, { run }: Worker): readonly Application<State>[] {
  const response = (applied: State, statusCode: number): Application<State> => ({
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
function reservationsOf(
  state: State,
  { to, gapMillis, when }: TurnChange,
  localNow: number,
): readonly Application<State>[] {
  const application = (what: string, applied: State, at: number | undefined): Application<State> => ({
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

/** Each return multiplies the states by the moments at which it may come back. */
function returnMillis(delaySeconds: number, { returnsAfterLease = false }: TwoRevisions): number {
  return Math.max(delaySeconds * 1000, returnsAfterLease ? LEASE_MILLIS : 0);
}

export function nameOf(message: DeliveryMessage): string {
  return `revision ${lifecycleOf(message).revision}, attempt ${message.attempt}`;
}
