/**
 * Keeps what the open page shows up to date: asks for changes by one request, and shows everything that came with it at
 * once, so that all parts of a page are of one moment. What was asked before the reader's own change is thrown away.
 */
import { notifyManager, type Query, type QueryClient, type QueryFunctionContext } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { ApiClient } from './client.ts';
import type { Gathered } from './gathering.ts';
import { AFTER_CHANGE, AFTER_OPENING, type Asked, nextWaiting, sooner, type Waiting } from './polling.ts';
import { isPendingDelivery, WEBHOOKS_KEY } from './queries.ts';

export interface ChangeFeed {
  /** Asks from now on, as long as the tab can be seen. Returns what ends it. */
  start(): () => void;
  /** The reader has opened a page. */
  opened(): void;
  /** Before a change of the reader's: nothing that was asked for until now is shown any more. */
  beforeChange(): Promise<void>;
  /** After a change: everything on the page is read again. Settled when it is shown. */
  refresh(): Promise<void>;
}

export const ChangeFeedContext = createContext<ChangeFeed | undefined>(undefined);

export function useChangeFeed(): ChangeFeed {
  const feed = useContext(ChangeFeedContext);
  if (feed === undefined) {
    throw new Error('Drawn outside of the change feed');
  }
  return feed;
}

/** What was read after the mark, and nothing of it before. */
type Known = Gathered;

/** So that tabs which were opened together do not go on asking together. */
const SPREAD = 0.1;

export function createChangeFeed(api: ApiClient, queries: QueryClient): ChangeFeed {
  let generation = 0;
  let known: Known | undefined;
  let waiting: Waiting = { ...AFTER_OPENING };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStarted = false;

  const isSeen = () => document.visibilityState === 'visible';

  function wait(): void {
    clearTimeout(timer);
    timer = isStarted && isSeen() ? setTimeout(askAndWait, waiting.millis * (1 + SPREAD * Math.random())) : undefined;
  }

  async function askAndWait(): Promise<void> {
    clearTimeout(timer);
    const begun = waiting;
    const asked = await ask();
    if (waiting === begun && asked !== undefined) {
      waiting = nextWaiting(waiting, asked);
    }
    wait();
  }

  /** Undefined if the page shows nothing that changes, or if the reader has changed something meanwhile. */
  async function ask(): Promise<Asked | undefined> {
    const shown = queries.getQueryCache().findAll({ queryKey: WEBHOOKS_KEY, type: 'active', predicate: isRead });
    const [first] = shown;
    if (first === undefined) {
      return undefined;
    }
    const begun = generation;
    const webhookId = webhookOf(shown);
    let before: string | undefined;
    const since = (paths: readonly string[]) => {
      before = known && covers(known, webhookId, paths) ? known.mark : undefined;
      return shown.some(isPendingDelivery) ? undefined : before;
    };
    try {
      const { mark, paths, results } = await api.readTogether(
        { webhookId, since },
        shown.map((query) => (signal) => readAgain(query, signal)),
      );
      if (generation !== begun) {
        return undefined;
      }
      const isShown = results === undefined || (await show(shown, results));
      known = isShown ? { webhookId, mark, paths } : undefined;
      return mark === before ? 'unchanged' : 'changed';
    } catch {
      known = undefined;
      // It says on the page what is wrong, and recovers with the next response.
      await (generation === begun ? first.fetch().catch(() => undefined) : undefined);
      return 'failed';
    }
  }

  /** False if a part is just being read because of something else, such as the next page of a list. */
  async function show(shown: readonly Query[], results: readonly PromiseSettledResult<unknown>[]): Promise<boolean> {
    const others: Query[] = [];
    const isIdle = ({ state }: Query) => state.fetchStatus === 'idle';
    const isWhole = shown.every(isIdle);
    notifyManager.batch(() => {
      for (const [index, query] of shown.entries()) {
        const result = results[index];
        if (!isIdle(query)) {
          continue;
        }
        if (result?.status === 'fulfilled') {
          queries.setQueryData(query.queryKey, result.value);
        } else {
          others.push(query);
        }
      }
    });
    // Those that were refused, which say why, and those that are read for the first time after an error.
    await Promise.all(others.map((query) => query.fetch().catch(() => undefined)));
    return isWhole;
  }

  api.onOpening(() => {
    const begun = generation;
    return (read) => {
      if (generation === begun) {
        // The earlier mark of the two: nothing was read before it.
        known =
          known !== undefined && known.webhookId === read.webhookId
            ? { ...known, paths: [...known.paths, ...read.paths] }
            : read;
      }
    };
  });

  return {
    start() {
      isStarted = true;
      const onVisibility = () => (isSeen() ? void askAndWait() : clearTimeout(timer));
      document.addEventListener('visibilitychange', onVisibility);
      wait();
      return () => {
        isStarted = false;
        document.removeEventListener('visibilitychange', onVisibility);
        clearTimeout(timer);
      };
    },
    opened() {
      waiting = { ...sooner(waiting, AFTER_OPENING) };
      wait();
    },
    async beforeChange() {
      generation += 1;
      await queries.cancelQueries({ queryKey: WEBHOOKS_KEY });
    },
    async refresh() {
      generation += 1;
      known = undefined;
      waiting = { ...AFTER_CHANGE };
      await queries.invalidateQueries({ queryKey: WEBHOOKS_KEY, refetchType: 'none' });
      await askAndWait();
    },
  };
}

function covers({ webhookId, paths }: Known, about: string | undefined, asked: readonly string[]): boolean {
  return webhookId === about && asked.every((path) => paths.includes(path));
}

/** The one webhook that all of them are about, if there is one. */
function webhookOf(shown: readonly Query[]): string | undefined {
  const ids = new Set(shown.map(({ queryKey }) => queryKey[WEBHOOKS_KEY.length]));
  const [id] = ids;
  return ids.size === 1 && typeof id === 'string' ? id : undefined;
}

/** What is being read for the first time is not read again. */
function isRead({ state }: Query): boolean {
  return state.data !== undefined || state.status === 'error';
}

async function readAgain(
  { queryKey, meta, state, options: { queryFn } }: Query,
  signal: AbortSignal,
): Promise<unknown> {
  if (typeof queryFn !== 'function' || state.data === undefined) {
    throw new Error('Not read together with others');
  }
  return queryFn({ queryKey, signal, meta } as unknown as QueryFunctionContext);
}
