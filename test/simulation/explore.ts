/** Visits every state that can be reached from one, once, and checks the invariants of the protocol in each. */
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { ATTEMPTS_PER_CYCLE } from '../../shared/delivery/retry-policy.ts';
import { owesRedriveMessage } from '../../shared/delivery/row-change.ts';
import { createAutomaton } from './automaton.ts';
import { movesOf } from './moves.ts';
import { type Budget, initialState, isQuiescent, type Rules, type State } from './world.ts';

export interface Scenario {
  readonly rules: Rules;
  readonly budget: Partial<Budget>;
  /** First messages: two stand for a duplicate event. */
  readonly messages?: number;
  /** A reconciler exists, though this scenario may not run it: what it would find is not lost. */
  readonly isReconciled?: boolean;
}

export interface Exploration {
  readonly states: number;
  /** States in which nothing is under way any more. */
  readonly endings: number;
  readonly mostPosts: number;
}

/** Throws with the shortest way there if any state breaks an invariant. */
export async function explore(scenario: Scenario): Promise<Exploration> {
  const { rules, budget, messages = 1 } = scenario;
  const automaton = createAutomaton(rules.retryBaseSeconds);
  const start = initialState(rules, budget, messages);
  const keyOf = createKeys();
  const first = keyOf(start);
  const seen = new Map<string, { readonly from: string; readonly by: string }>([[first, { from: '', by: '' }]]);
  let frontier = [{ state: start, key: first }];
  let endings = 0;
  let mostPosts = 0;
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { state, key } of frontier) {
      const broken = brokenInvariant(state, scenario, start);
      if (broken !== undefined) {
        throw new Error(`${broken}\n${wayTo(key, seen).join('\n')}\n${JSON.stringify(state, undefined, 1)}`);
      }
      endings += isQuiescent(state) ? 1 : 0;
      mostPosts = Math.max(mostPosts, state.posts);
      for (const move of await movesOf(state, rules, automaton)) {
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

function brokenInvariant(state: State, scenario: Scenario, start: State): string | undefined {
  const { rules, budget, messages = 1, isReconciled = false } = scenario;
  const { row } = state;
  const spent = (what: keyof Budget) => start.budget[what] - state.budget[what];
  const mostPosts =
    rules.attemptLimit +
    state.reopenings * ATTEMPTS_PER_CYCLE +
    spent('crashes') +
    spent('faults') +
    spent('duplicates') +
    (messages - 1);
  if (state.posts > mostPosts) {
    return `${state.posts} POSTs where ${mostPosts} are the most`;
  }
  const mostSentOn = messages + spent('crashes') + spent('faults') + spent('duplicates');
  if (state.sentOn > mostSentOn) {
    return `sent on ${state.sentOn} times where ${mostSentOn} are the most`;
  }
  if (state.isErased && messages === 1 && spent('duplicates') === 0) {
    return 'a recorded attempt was erased although nothing came twice';
  }
  const numbers = (row?.attempts ?? []).filter(({ duplicate }) => !duplicate).map(({ number }) => number);
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    return `attempts recorded twice or out of order: ${numbers}`;
  }
  if (row?.status === 'failed' && row.reason === 'exhausted' && row.lastAttempt < row.attemptLimit) {
    return 'exhausted before the limit';
  }
  if (!isQuiescent(state)) {
    return undefined;
  }
  const isWatched = isReconciled && row?.reconcileAt !== undefined;
  if (row === undefined || (row.status === 'pending' && !isWatched)) {
    return `lost: ${row?.status ?? 'no row'} with nothing under way (budget ${JSON.stringify(budget)})`;
  }
  return owesRedriveMessage(row) && !isWatched ? 'failed without a redrive message' : undefined;
}

/**
 * Workers are alike and messages have no names of their own: states that differ only in these are one. Most of a state is
 * shared with the one before it, so its parts are put into words once and then known by number.
 */
function createKeys(): (state: State) => string {
  const numbers = new Map<string, number>();
  const known = new WeakMap<object, number>();

  function numberOf(words: string): number {
    let number = numbers.get(words);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(words, number);
    }
    return number;
  }

  function numberOfPart<Part extends object>(part: Part, inWords: (part: Part) => string): number {
    let number = known.get(part);
    if (number === undefined) {
      number = numberOf(inWords(part));
      known.set(part, number);
    }
    return number;
  }

  return ({
    row,
    queue,
    redriveMessages,
    workers,
    reconciler,
    isDisabled,
    isSlow,
    line,
    sentOn,
    isErased,
    posts,
    reopenings,
    budget,
  }) => {
    const nameOfWorker = ({ messageId, run, elapsedMillis }: State['workers'][number]) => {
      const queued = queue.find(({ id }) => id === messageId);
      return `${queued === undefined ? '' : numberOfPart(queued, nameOf)}/${numberOf(run.name)}/${elapsedMillis}`;
    };
    const [worker, other] = workers;
    const names = workers.map(nameOfWorker);
    const parts = [
      row === undefined ? '' : numberOfPart(row, rowInWords),
      numberOfPart(queue, queueInWords),
      redriveMessages.map(({ attempt }) => attempt).join(),
      names.length > 1 ? names.sort().join() : names[0],
      other !== undefined && worker?.messageId === other.messageId ? 1 : 0,
      reconciler === undefined ? '' : numberOfPart(reconciler, JSON.stringify),
      (isDisabled ? 1 : 0) + (isSlow ? 2 : 0) + (isErased ? 4 : 0),
      line,
      sentOn,
      posts,
      reopenings,
      numberOfPart(budget, JSON.stringify),
    ];
    return parts.join('|');
  };
}

function queueInWords(queue: State['queue']): string {
  return queue.map(nameOf).sort().join();
}

/** All but the finding, which is the same in all of them and longer than the rest. */
function rowInWords({ finding: _finding, ...row }: DeliveryRow): string {
  return JSON.stringify(row);
}

function nameOf({ message, queue, visibleInMillis, wasReceived }: State['queue'][number]): string {
  const { attempt, attemptLimit, reopen, sentOn = '', turn } = message;
  const turnInWords = turn === undefined ? '' : `${turn.at}@${turn.line}`;
  return `${attempt}/${attemptLimit}/${reopen ?? ''}/${sentOn}/${turnInWords}/${queue}/${visibleInMillis}/${wasReceived}`;
}

function wayTo(key: string, seen: ReadonlyMap<string, { readonly from: string; readonly by: string }>): string[] {
  const way: string[] = [];
  for (let at = seen.get(key); at !== undefined && at.by !== ''; at = seen.get(at.from)) {
    way.unshift(at.by);
  }
  return way;
}
