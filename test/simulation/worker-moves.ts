/** What one worker can do next: have its effect applied, crash around it, or meet a dependency that fails. */
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { RowChange } from '../../shared/delivery/row-change.ts';
import { holds } from '../../shared/runtime/condition.ts';
import type { TurnChange } from '../../shared/webhook/retry-line.ts';
import type { Webhook, WebhookHealth } from '../../shared/webhook/webhook.ts';
import { QUICK_AFTER_MILLIS } from '../../shared/webhook/webhook-health.ts';
import { aWebhook } from '../builders/webhook.ts';
import {
  type Automaton,
  continueRun,
  type Effect,
  type Next,
  type ReceiverResponse,
  WORKER_START,
} from './automaton.ts';
import {
  enqueued,
  type Move,
  type Rules,
  type State,
  shifted,
  spend,
  toWorld,
  type Worker,
  withRow,
  withTurnIn,
} from './world.ts';

/** Long enough ago for a quick attempt to have something to note. */
const SLOW: WebhookHealth = { failuresInARow: 0, exhaustedCount: 0, slowAt: WORKER_START - QUICK_AFTER_MILLIS };

export function isPrivate(next: Next): boolean {
  return next.kind === 'result' ? !next.acknowledges : ['note', 'announce', 'post', 'turn'].includes(next.effect.kind);
}

export async function movesOfWorker(state: State, worker: Worker, rules: Rules, automaton: Automaton): Promise<Move[]> {
  const next = await automaton.next(worker.run);
  const { attempt } = worker.run.message;
  const may = state.budget.crashes > 0;
  const gone = without(state, worker);
  if (next.kind === 'result') {
    const ended = next.acknowledges ? { ...gone, queue: gone.queue.filter(({ id }) => id !== worker.messageId) } : gone;
    const name = next.acknowledges ? `acknowledge ${attempt}` : `return ${attempt}`;
    return [
      { name, state: ended },
      ...(may && next.acknowledges ? [{ name: `crash before ${name}`, state: spend(gone, 'crashes') }] : []),
    ];
  }
  const { effect } = next;
  return applications(state, worker, effect, rules).flatMap(({ name, applied, response }) => {
    const goOn = (from: State, answered: ReceiverResponse) => published(from, worker, answered);
    return [
      { name, state: goOn(applied, response) },
      ...(may
        ? [
            { name: `crash before ${name}`, state: spend(gone, 'crashes') },
            { name: `crash after ${name}`, state: spend(without(applied, worker), 'crashes') },
          ]
        : []),
      ...(state.budget.faults > 0 ? faults(state, applied, name, effect, goOn) : []),
    ];
  });
}

/** The dependency fails, before or after it did what was asked; an applied write may come back as a conflict. */
function faults(
  state: State,
  applied: State,
  name: string,
  effect: Effect,
  goOn: (from: State, answered: ReceiverResponse) => State,
): Move[] {
  if (effect.kind === 'post') {
    return [];
  }
  const failed: ReceiverResponse = { kind: 'unavailable' };
  const moves = [
    { name: `fail before ${name}`, state: spend(goOn(state, failed), 'faults') },
    { name: `fail after ${name}`, state: spend(goOn(applied, failed), 'faults') },
  ];
  return effect.kind === 'write' && applied !== state
    ? [
        ...moves,
        {
          name: `lose the response of ${name}`,
          state: spend(goOn(applied, { kind: 'outcome', outcome: 'conflict' }), 'faults'),
        },
      ]
    : moves;
}

interface Application {
  readonly name: string;
  readonly applied: State;
  readonly response: ReceiverResponse;
}

/** What the world does with an effect; a receiver may do several things. */
function applications(state: State, worker: Worker, effect: Effect, rules: Rules): Application[] {
  const name = `${effect.kind} of ${worker.run.message.attempt}`;
  const localNow = WORKER_START + worker.elapsedMillis;
  const row = state.row && shifted(state.row, localNow);
  switch (effect.kind) {
    case 'read':
      return readsOf(state, row, localNow, rules, name);
    case 'reserve':
      return reservationsOf(state, effect.change, localNow, name);
    case 'slow-down':
      return holds(effect.update.when, fieldsOfLine(state))
        ? [
            {
              name,
              applied: { ...state, line: state.line + 1 },
              response: { kind: 'outcome', outcome: 'written' },
            },
          ]
        : [{ name: `${name} refused`, applied: state, response: { kind: 'outcome', outcome: 'conflict' } }];
    case 'list-members':
    case 'read-members':
      throw new Error('the webhook of this exploration has no digest');
    case 'advance':
      throw new Error('the webhook of this exploration gets detections alone');
    case 'find':
      return [{ name, applied: state, response: { kind: 'row', row } }];
    case 'write':
      return [writeOf(state, effect.change, row, localNow, name)];
    case 'put':
      return [{ name, applied: put(state, toWorld(effect.row, localNow)), response: { kind: 'done' } }];
    case 'disable':
      return [{ name, applied: { ...state, isDisabled: true }, response: { kind: 'done' } }];
    case 'note':
    case 'announce':
      return [{ name, applied: state, response: { kind: 'done' } }];
    case 'turn':
      // At once, or after another delivery of the webhook.
      return [0, 20_000].map((later) => ({
        name: `${name} in ${(effect.dueAt + later - localNow) / 1000} s`,
        applied: state,
        response: { kind: 'turn', at: effect.dueAt + later },
      }));
    case 'post':
      return rules.replies.map((statusCode) => ({
        name: `${name} answered ${statusCode}`,
        applied: { ...state, posts: state.posts + 1 },
        response: { kind: 'answered', statusCode },
      }));
    case 'enqueue': {
      const { message, delaySeconds, queue } = effect;
      const applied = enqueued(state, withTurnIn(message, -localNow), delaySeconds * 1000, queue);
      const isSentOn = message.sentOn === true && worker.run.queue === 'delivery';
      return [
        {
          name: isSentOn ? `${name}, sent on` : message.turn ? `${name} with a turn` : name,
          applied: isSentOn ? { ...applied, sentOn: state.sentOn + 1 } : applied,
          response: { kind: 'done' },
        },
      ];
    }
    case 'hide':
      return [{ name, applied: hidden(state, worker, effect.delaySeconds * 1000), response: { kind: 'done' } }];
    case 'redrive-message':
      return [
        {
          name,
          applied: { ...state, redriveMessages: [...state.redriveMessages, effect.message] },
          response: { kind: 'done' },
        },
      ];
  }
}

/** Another delivery of the webhook has taken all turns that are within reach. */
const FULL_MILLIS = 600_000;

/** Another has taken the turns before it. */
const LATER_MILLIS = 20_000;

function readsOf(
  state: State,
  row: DeliveryRow | undefined,
  localNow: number,
  { isPaced = false }: Rules,
  name: string,
): Application[] {
  const read = (webhook: Webhook) => ({ kind: 'read', row, webhook }) as const;
  const webhook = webhookOf(state);
  if (!isPaced) {
    return [{ name, applied: state, response: read(webhook) }];
  }
  const turns = fieldsOfLine(state);
  const full = { ...turns, nextTurnAt: localNow + FULL_MILLIS };
  return [
    { name, applied: state, response: read({ ...webhook, ...ONE_A_SECOND, turns }) },
    ...(state.budget.waits > 0
      ? [
          {
            name: `${name}, its line is full`,
            applied: spend(state, 'waits'),
            response: read({ ...webhook, ...ONE_A_SECOND, turns: full }),
          },
        ]
      : []),
  ];
}

const ONE_A_SECOND = { pace: { perMinute: 60 } };

/** Lines are named in the far past, where a refusal stretches no interval any more. */
function fieldsOfLine({ line }: State): { readonly throttledUntil?: number } {
  return line === 0 ? {} : { throttledUntil: WORKER_START - QUICK_AFTER_MILLIS + line };
}

/** The line is free, or another has taken turns of it, or the last that are within reach. */
function reservationsOf(state: State, { to, gapMillis, when }: TurnChange, localNow: number, name: string) {
  const application = (what: string, applied: State, at: number | undefined): Application => ({
    name: `${name}: ${what}`,
    applied,
    response: { kind: 'turn', at },
  });
  const isOf = (nextTurnAt?: number) =>
    holds(when, { ...fieldsOfLine(state), ...(nextTurnAt !== undefined && { nextTurnAt }) });
  if (to.kind === 'begin') {
    return [
      application('refused', state, undefined),
      ...(isOf() ? [application('now', state, to.endAt - gapMillis)] : []),
    ];
  }
  if (!isOf(localNow)) {
    return [application('refused', state, undefined)];
  }
  const waiting = state.budget.waits > 0 ? spend(state, 'waits') : undefined;
  return waiting === undefined
    ? [application('now', state, localNow)]
    : [
        application('now', state, localNow),
        application('refused', waiting, undefined),
        application('later', waiting, localNow + LATER_MILLIS),
      ];
}

function writeOf(
  state: State,
  change: RowChange,
  row: DeliveryRow | undefined,
  localNow: number,
  name: string,
): Application {
  return holds(change.when, row)
    ? {
        name,
        applied: withRow(erasing(state, change.row), toWorld(change.row, localNow)),
        response: { kind: 'outcome', outcome: 'written' },
      }
    : { name: `${name} refused`, applied: state, response: { kind: 'outcome', outcome: 'conflict' } };
}

/** Whatever is written under a condition keeps what is recorded. */
function erasing(state: State, { attempts }: DeliveryRow): State {
  return { ...state, isErased: state.isErased || attempts.length < (state.row?.attempts.length ?? 0) };
}

/** Of the message that the worker has, which others may have acknowledged meanwhile. */
function hidden(state: State, { messageId }: Worker, visibleInMillis: number): State {
  return {
    ...state,
    queue: state.queue.map((queued) => (queued.id === messageId ? { ...queued, visibleInMillis } : queued)),
  };
}

function put(state: State, row: DeliveryRow): State {
  const isErased = state.isErased || (state.row !== undefined && state.row.attempts.length > 0);
  return { ...state, row, isErased };
}

function webhookOf({ isDisabled, isSlow }: State): Webhook {
  return aWebhook({
    ...(isDisabled && { state: { kind: 'disabled', reason: 'failing' } }),
    ...(isSlow && { health: SLOW }),
  });
}

function published(state: State, worker: Worker, response: ReceiverResponse): State {
  const run = continueRun(worker.run, { response, elapsedMillis: worker.elapsedMillis });
  return { ...state, workers: state.workers.map((other) => (other === worker ? { ...worker, run } : other)) };
}

function without(state: State, worker: Worker): State {
  return { ...state, workers: state.workers.filter((other) => other !== worker) };
}
