/** What people change through the pages, and what the pages then know without asking. */
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChangedWebhookResponse, WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useFollowRetry } from '../delivery/followed-retries.tsx';
import { useNotices } from '../frame/notices.tsx';
import { useApi } from './api-context.ts';
import { isPassing, isProblem, messageOf } from './api-error.ts';
import type { Target } from './calls.ts';
import { type ChangeFeed, useChangeFeed } from './change-feed.ts';
import type { ApiClient } from './client.ts';
import { WEBHOOKS_KEY, webhookKey } from './queries.ts';

type WebhookList = Awaited<ReturnType<ApiClient['listWebhooks']>>;

interface ChangeWords<Request> {
  /** What was not done, as a sentence: the control shows the stored value again, and the reader may have looked elsewhere. */
  readonly failed: (request: Request) => string;
  /** If the caller shows a conflict itself. */
  readonly onConflict?: () => void;
}

/** A change of one webhook. A notice says what was not done, why, and what helps. */
export function useWebhookChange<Request = void>(
  change: (api: ApiClient, target: Target, request: Request) => Promise<ChangedWebhookResponse>,
  { failed, onConflict }: ChangeWords<Request>,
) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const { notify } = useNotices();
  return useMutation({
    onMutate: feed.beforeChange,
    mutationFn: ({ target, request }: { readonly target: Target; readonly request: Request }) =>
      change(api, target, request),
    onSuccess: (changed) => {
      takeOver(queries, changed);
      void feed.refresh();
    },
    onError: async (error, { target, request }) => {
      const isShown = onConflict !== undefined && isProblem(error, 'revision-outdated');
      if (!isShown) {
        const why = messageOf(error);
        const helps = isPassing(error) && !why.includes('try again') ? 'Try again in a moment.' : '';
        // Of the same webhook the latest: what was tried in vain before is of no use.
        notify({
          id: `change of ${target.id}`,
          type: 'error',
          content: [failed(request), why, helps].join(' ').trim(),
        });
      }
      await refreshIfOutdated(feed, error);
      if (isShown) {
        onConflict();
      }
    },
  });
}

export function useRetry(webhookId: string) {
  const api = useApi();
  const feed = useChangeFeed();
  const follow = useFollowRetry();
  const { notify } = useNotices();
  return useMutation({
    onMutate: feed.beforeChange,
    mutationFn: (deliveryId: string) => api.retry(webhookId, deliveryId),
    onSuccess: ({ finding }, deliveryId) => follow({ webhookId, deliveryId, title: finding.title }),
    onError: (error) => notify({ type: 'error', content: messageOf(error) }),
    // Also after a refusal: then another reader was faster.
    onSettled: feed.refresh,
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
export async function refreshIfOutdated(feed: ChangeFeed, error: unknown): Promise<void> {
  if (isProblem(error, 'revision-outdated') || isProblem(error, 'not-found')) {
    await feed.refresh();
  }
}
