/** Removes the signing secret, after saying what that means to the receiver. */
import Box from '@cloudscape-design/components/box';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import { refreshIfOutdated, takeOver } from '../api/mutations.ts';
import { useNotices } from '../frame/notices.tsx';
import { type DialogProps, Question } from './dialog.tsx';

export function RemoveSecretDialog({ webhook, onClose }: DialogProps) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const { notify } = useNotices();
  const removal = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: () => api.removeSecret(webhook),
    onSuccess: (changed) => {
      takeOver(queries, changed);
      void feed.refresh();
      notify({ type: 'success', content: 'The secret is removed: requests are no longer signed.' });
      onClose();
    },
    onError: (error) => refreshIfOutdated(feed, error),
  });
  return (
    <Question
      header="Remove the secret?"
      button="Remove"
      isUnderWay={removal.isPending}
      error={removal.error}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Box>
        From now on requests carry no signature. A receiver that verifies them refuses them, and one that does not can
        be fooled by every system that knows its URL.
      </Box>
    </Question>
  );
}
