/** How long responses count as fresh, and what is repeated by itself. */
import { QueryClient } from '@tanstack/react-query';
import { isRepeated, retryDelay } from './repeated-read.ts';

/** Going back and forth between pages asks nothing twice. */
const FRESH_MILLIS = 2_000;

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
        retry: isRepeated,
        retryDelay,
      },
      // Only the reader repeats a change. Its response may hold a secret: it is forgotten with the view of it.
      mutations: { retry: false, gcTime: 0, networkMode: 'always' },
    },
  });
}
