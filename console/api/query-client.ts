/** How long responses count as fresh, and when a failed read is repeated by itself. */
import { QueryClient } from '@tanstack/react-query';
import { isPassing, waitOf } from './api-error.ts';

/** Going back and forth between pages asks nothing twice. */
const FRESH_MILLIS = 2_000;

const MOST_RETRIES = 2;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MILLIS,
        // The change feed asks when the tab is seen again.
        refetchOnWindowFocus: false,
        // Without a network a question fails, and the page says so; waiting in silence would look like loading.
        networkMode: 'always',
        refetchOnReconnect: 'always',
        // Too many requests are no failure: the page says so and goes on by itself.
        retry: (failures, error) => waitOf(error) !== undefined || (failures < MOST_RETRIES && isPassing(error)),
        retryDelay,
      },
      // Only the reader repeats a change. Its response may hold a secret: it is forgotten with the view of it.
      mutations: { retry: false, gcTime: 0, networkMode: 'always' },
    },
  });
}

/** As TanStack Query has it. */
const FIRST_DELAY_MILLIS = 1_000;
const LONGEST_DELAY_MILLIS = 30_000;

/** Tabs that were refused together do not come back together. */
const SPREAD_MILLIS = 5_000;

export function retryDelay(failures: number, error: unknown): number {
  const wait = waitOf(error);
  return wait === undefined
    ? Math.min(LONGEST_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** failures)
    : wait.seconds * 1_000 + SPREAD_MILLIS * Math.random();
}
