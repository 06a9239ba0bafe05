/** An address that has to answer a challenge: sends one, and says what came of it. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { messageOf } from '../api/api-error.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import { refreshIfOutdated, takeOver } from '../api/mutations.ts';
import { attemptWords } from '../delivery/delivery-words.ts';
import { useWriteGuard } from '../frame/session-context.tsx';

export function Unverified({ webhook }: { readonly webhook: WebhookResponse }) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const guard = useWriteGuard();
  const { mutate, data, error, isPending } = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: () => api.challenge(webhook),
    onSuccess: (result) => {
      takeOver(queries, result.webhook);
      void feed.refresh();
    },
    onError: (failure) => refreshIfOutdated(feed, failure),
  });
  return (
    <Alert
      type={data?.isVerified === false || error !== null ? 'error' : 'info'}
      header="The address is not verified"
      action={
        <Button loading={isPending} onClick={() => mutate()} {...guard}>
          Verify it
        </Button>
      }
    >
      Alerts can be turned on once it has answered a challenge.{' '}
      {data?.isVerified === false && `${attemptWords(data)}. ${data.advice ?? ''}`}
      {error !== null && messageOf(error)}
    </Alert>
  );
}
