/** What people change through the pages, and what the pages then know without asking. */
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChangedWebhookResponse, WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useNotices } from '../frame/notices.tsx';
import { useApi } from './api-context.ts';
import { isProblem, messageOf } from './api-error.ts';
import type { ApiClient, Target } from './client.ts';
import { deliveriesKey, failuresKey, WEBHOOKS_KEY, webhookKey } from './queries.ts';

type WebhookList = Awaited<ReturnType<ApiClient['listWebhooks']>>;

/** A change of one webhook by one click. The top of the page says why it was refused. */
export function useWebhookChange<Request = void>(
  change: (api: ApiClient, target: Target, request: Request) => Promise<ChangedWebhookResponse>,
) {
  const api = useApi();
  const queries = useQueryClient();
  const { notify } = useNotices();
  return useMutation({
    mutationFn: ({ target, request }: { readonly target: Target; readonly request: Request }) =>
      change(api, target, request),
    onSuccess: (changed) => takeOver(queries, changed),
    onError: (error) => {
      notify({ type: 'error', content: messageOf(error) });
      return refreshIfOutdated(queries, error);
    },
  });
}

export function useRetry(webhookId: string) {
  const api = useApi();
  const queries = useQueryClient();
  const { notify } = useNotices();
  return useMutation({
    mutationFn: (deliveryId: string) => api.retry(webhookId, deliveryId),
    onSuccess: ({ finding }) => notify({ type: 'success', content: `“${finding.title}” is on its way again.` }),
    onError: (error) => notify({ type: 'error', content: messageOf(error) }),
    // Also after a refusal: then another reader was faster.
    onSettled: () => forgetDeliveries(queries, webhookId),
  });
}

/** The response to a change is the webhook as it is now, its health aside. Its secret, if there is one, is not kept. */
export function takeOver(queries: QueryClient, { signingSecret: _, ...changed }: ChangedWebhookResponse): void {
  queries.setQueryData<WebhookResponse>(webhookKey(changed.id), (known) => known && merge(known, changed));
  queries.setQueryData<WebhookList>(
    WEBHOOKS_KEY,
    (known) =>
      known && {
        ...known,
        webhooks: known.webhooks.map((webhook) => (webhook.id === changed.id ? merge(webhook, changed) : webhook)),
      },
  );
}

/** The list without a webhook that is deleted, before it is read again. */
export function dropFromList(queries: QueryClient, webhookId: string): void {
  queries.setQueryData<WebhookList>(
    WEBHOOKS_KEY,
    (known) => known && { ...known, webhooks: known.webhooks.filter(({ id }) => id !== webhookId) },
  );
}

/** What is absent from the response is absent from the webhook: a plain spread would keep the reason it was disabled for. */
function merge({ health }: WebhookResponse, changed: ChangedWebhookResponse): WebhookResponse {
  return { ...changed, health };
}

/** A change decided on an old revision was refused: the next decision needs the current one. */
export async function refreshIfOutdated(queries: QueryClient, error: unknown): Promise<void> {
  if (isProblem(error, 'revision-outdated') || isProblem(error, 'not-found')) {
    await queries.invalidateQueries({ queryKey: WEBHOOKS_KEY });
  }
}

/** Reads everything about a webhook's deliveries again. */
export async function forgetDeliveries(queries: QueryClient, webhookId: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: deliveriesKey(webhookId) }),
    queries.invalidateQueries({ queryKey: failuresKey(webhookId) }),
    queries.invalidateQueries({ queryKey: WEBHOOKS_KEY, exact: true }),
    queries.invalidateQueries({ queryKey: webhookKey(webhookId), exact: true }),
  ]);
}
