/** What the pages read from the API, and how often again while they are open. All of one webhook lies under its key. */
import { keepPreviousData, useIsMutating, useQuery } from '@tanstack/react-query';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import type { LogQuery } from '../details/log-query.ts';
import { useApi } from './api-context.ts';

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

/** Figures are counted from the log on every question: often only while something is under way. */
const WATCH_MILLIS = 3_000;
const IDLE_MILLIS = 15_000;
/** A page of the log is one query, and its reader waits for what comes. */
const LOG_MILLIS = 5_000;

/** A card has room for so many. */
const FAILURES_ON_CARD = 3;

export function useFormats() {
  const api = useApi();
  // They change with a deployment.
  return useQuery({ queryKey: ['formats'], queryFn: () => api.listFormats(), staleTime: Number.POSITIVE_INFINITY });
}

export function useWebhooks() {
  const api = useApi();
  return useQuery({
    queryKey: WEBHOOKS_KEY,
    queryFn: ({ signal }) => api.listWebhooks(signal),
    refetchInterval: ({ state }) => intervalFor(state.data?.webhooks),
  });
}

export function useWebhook(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: webhookKey(id),
    queryFn: ({ signal }) => api.readWebhook(id, signal),
    enabled: useIsKept(id),
    refetchInterval: ({ state }) => intervalFor(state.data && [state.data]),
  });
}

/** The latest failed or held deliveries, for the card. `count` is part of the key: with it they have changed. */
export function useLatestFailures(id: string, status: 'failed' | 'held', count: number) {
  const api = useApi();
  return useQuery({
    queryKey: [...failuresKey(id), status, count],
    queryFn: ({ signal }) => api.listDeliveries(id, { status, limit: FAILURES_ON_CARD }, signal),
    enabled: useIsKept(id) && count > 0,
    placeholderData: keepPreviousData,
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
    refetchInterval: ({ state }) =>
      state.data?.deliveries.some((delivery) => delivery.status === 'pending') ? WATCH_MILLIS : LOG_MILLIS,
  });
}

export function useDelivery(webhookId: string, id: string) {
  const api = useApi();
  return useQuery({
    queryKey: deliveryKey(webhookId, id),
    queryFn: ({ signal }) => api.readDelivery(webhookId, id, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? WATCH_MILLIS : false),
  });
}

export function useStats(id: string, hours: number) {
  const api = useApi();
  return useQuery({
    queryKey: [...webhookKey(id), 'stats', hours],
    queryFn: ({ signal }) => api.readStats(id, hours, signal),
    enabled: useIsKept(id),
    refetchInterval: IDLE_MILLIS,
    placeholderData: keepPreviousData,
  });
}

/** A webhook that is being deleted is not read: the API may answer 404 before the page is left. */
function useIsKept(webhookId: string): boolean {
  return useIsMutating({ mutationKey: deletionKey(webhookId) }) === 0;
}

function intervalFor(webhooks: readonly WebhookResponse[] = []): number {
  return webhooks.some(({ health }) => health.nextRetryAt !== undefined) ? WATCH_MILLIS : IDLE_MILLIS;
}
