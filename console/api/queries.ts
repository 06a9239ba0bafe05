/**
 * What the pages read from the API. All of one webhook lies under its key. `change-feed.ts` reads again what is shown:
 * no query has a timer of its own.
 */
import { keepPreviousData, type Query, replaceEqualDeep, useIsMutating, useQuery } from '@tanstack/react-query';
import { useApi } from './api-context.ts';
import type { LogQuery, StatsQuery } from './client.ts';
import { newerList, newerReading, newerWebhook } from './newer.ts';

export const WEBHOOKS_KEY = ['webhooks'] as const;

export function webhookKey(id: string) {
  return [...WEBHOOKS_KEY, id] as const;
}

export function failuresKey(id: string) {
  return [...webhookKey(id), 'failures'] as const;
}

export function deliveriesKey(id: string) {
  return [...webhookKey(id), 'deliveries'] as const;
}

export function deliveryKey(webhookId: string, id: string) {
  return [...deliveriesKey(webhookId), 'one', id] as const;
}

export function deletionKey(webhookId: string) {
  return ['deletion', webhookId] as const;
}

/** A card has room for so many. */
const FAILURES_ON_CARD = 3;

export function useFormats() {
  const api = useApi();
  // They change with a deployment.
  return useQuery({
    queryKey: ['formats'],
    queryFn: ({ signal }) => api.listFormats(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useWebhooks() {
  const api = useApi();
  return useQuery({
    queryKey: WEBHOOKS_KEY,
    queryFn: ({ signal }) => api.listWebhooks(signal),
    structuralSharing: keeping(newerList),
  });
}

/** Names for those that other webhooks name, as of when the page was opened. `isNeeded` is false where none is named. */
export function useWebhookNames(isNeeded: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ['names of webhooks'],
    queryFn: async ({ signal }) => (await api.listWebhooks(signal)).webhooks.map(({ id, name }) => ({ id, name })),
    enabled: isNeeded,
  });
}

export function useWebhook(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: webhookKey(id),
    queryFn: ({ signal }) => api.readWebhook(id, signal),
    enabled: useIsKept(id),
    structuralSharing: keeping(newerWebhook),
  });
}

/** The latest failed or held deliveries, for the card. */
export function useLatestFailures(id: string, status: 'failed' | 'held', count: number) {
  const api = useApi();
  return useQuery({
    queryKey: [...failuresKey(id), status],
    queryFn: ({ signal }) => api.listDeliveries(id, { status, limit: FAILURES_ON_CARD }, signal),
    enabled: useIsKept(id) && count > 0,
  });
}

/** One page of the log: the one that is open. */
export function useDeliveryLog(id: string, query: LogQuery) {
  const api = useApi();
  return useQuery({
    queryKey: [...deliveriesKey(id), 'log', query],
    queryFn: ({ signal }) => api.listDeliveries(id, query, signal),
    enabled: useIsKept(id),
    placeholderData: keepPreviousData,
  });
}

export function useDelivery(webhookId: string, id: string) {
  const api = useApi();
  return useQuery({
    queryKey: deliveryKey(webhookId, id),
    queryFn: ({ signal }) => api.readDelivery(webhookId, id, signal),
  });
}

export function useStats(id: string, query: StatsQuery) {
  const api = useApi();
  return useQuery({
    queryKey: [...webhookKey(id), 'stats', query],
    queryFn: ({ signal }) => api.readStats(id, query, signal),
    enabled: useIsKept(id),
    structuralSharing: keeping(newerReading),
    placeholderData: keepPreviousData,
  });
}

/** A webhook that is being deleted is not read: the API may answer 404 before the page is left. */
function useIsKept(webhookId: string): boolean {
  return useIsMutating({ mutationKey: deletionKey(webhookId) }) === 0;
}

/** One that is open, and that the mark of its webhook may not be about: it may be older than those that the mark knows. */
export function isPendingDelivery({ queryKey, state: { data } }: Query): boolean {
  const [, , list, which] = queryKey;
  return list === 'deliveries' && which === 'one' && (data as { status?: string } | undefined)?.status === 'pending';
}

/** Whatever the order in which they arrive, only the newer of two readings is kept; what is equal stays the same object. */
function keeping<Reading>(newer: (known: Reading | undefined, read: Reading) => Reading) {
  return (known: unknown, read: unknown): unknown =>
    replaceEqualDeep(known, newer(known as Reading | undefined, read as Reading));
}
