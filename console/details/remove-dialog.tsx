/** Removes the signing secret or the signing key, after saying what that means to the receiver. */
import Box from '@cloudscape-design/components/box';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import { refreshIfOutdated, takeOver } from '../api/mutations.ts';
import { useNotices } from '../frame/notices.tsx';
import { type DialogProps, Question } from './dialog.tsx';

interface RemoveDialogProps extends DialogProps {
  readonly what: 'secret' | 'signing key';
}

export function RemoveDialog({ webhook, what, onClose }: RemoveDialogProps) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const { notify } = useNotices();
  const removal = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: () => (what === 'secret' ? api.removeSecret(webhook) : api.removeKey(webhook)),
    onSuccess: (changed) => {
      takeOver(queries, changed);
      void feed.refresh();
      notify({ type: 'success', content: `The ${what} is removed: ${stillSigned(changed)}` });
      onClose();
    },
    onError: (error) => refreshIfOutdated(feed, error),
  });
  const isLast = what === 'secret' ? webhook.publicKeys === undefined : !webhook.isSigned;
  return (
    <Question
      header={`Remove the ${what}?`}
      button="Remove"
      isUnderWay={removal.isPending}
      error={removal.error}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Box>
        {isLast
          ? 'From now on requests carry no signature. A receiver that verifies them refuses them, and one that does not can be fooled by every system that knows its URL.'
          : `From now on requests carry no signature by the ${what}. A receiver that verifies it refuses them.`}
      </Box>
    </Question>
  );
}

function stillSigned({ isSigned, publicKeys }: Pick<WebhookResponse, 'isSigned' | 'publicKeys'>): string {
  if (isSigned) {
    return 'requests are signed by the secret alone.';
  }
  return publicKeys === undefined ? 'requests are no longer signed.' : 'requests are signed by the signing key alone.';
}
