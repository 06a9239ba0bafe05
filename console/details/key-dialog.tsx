/** Makes the signing key of an integration, or rotates it. There is nothing to copy in a hurry: its public half stays shown. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MAX_EARLIER_SECRETS } from '../../shared/api/webhook-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import type { KeyRequest } from '../api/client.ts';
import { useIdempotencyKey } from '../api/idempotency-key.ts';
import { refreshIfOutdated, takeOver } from '../api/mutations.ts';
import { useNotices } from '../frame/notices.tsx';
import { Instant } from '../time/instant.tsx';
import { type DialogProps, Question } from './dialog.tsx';
import { OverlapField, USUAL_OVERLAP_SECONDS } from './overlap-field.tsx';

export function KeyDialog({ webhook, onClose }: DialogProps) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const keyFor = useIdempotencyKey();
  const { notify } = useNotices();
  const [overlapSeconds, setOverlap] = useState(USUAL_OVERLAP_SECONDS);
  const { publicKeys = [] } = webhook;
  const hasKey = publicKeys.length > 0;
  const rotation = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: (request: KeyRequest) => api.rotateKey(webhook, request, keyFor(request)),
    onSuccess: (changed) => {
      takeOver(queries, changed);
      void feed.refresh();
      notify({
        type: 'success',
        content: hasKey ? 'The signing key is rotated.' : 'Requests are signed by the key from now on.',
      });
      onClose();
    },
    onError: (error) => refreshIfOutdated(feed, error),
  });
  const [possibleAt] = publicKeys.flatMap(({ until }) => until ?? []).toSorted();
  const isFull = publicKeys.length > MAX_EARLIER_SECRETS && possibleAt !== undefined;
  return (
    <Question
      header={hasKey ? 'Rotate the signing key' : 'Add a signing key'}
      button={hasKey ? 'Rotate' : 'Add'}
      isUnderWay={rotation.isPending}
      error={rotation.error}
      onConfirm={() => rotation.mutate({ overlapSeconds: hasKey ? overlapSeconds : 0 })}
      onClose={onClose}
    >
      <Box>
        {hasKey
          ? 'A new Ed25519 key signs from now on. Systems that read the keys at their address need no change; one that has a key in its settings needs the new one.'
          : 'For a system that may hold no secret: requests are also signed by an Ed25519 key whose private half never leaves the service. The system verifies them by the public half, which is shown with the settings.'}
      </Box>
      {hasKey && <OverlapField what="key" seconds={overlapSeconds} onChange={setOverlap} />}
      {hasKey && overlapSeconds === 0 && (
        <Alert type="warning">
          Every earlier key stops at once: requests fail at a system until it knows the new one.
        </Alert>
      )}
      {isFull && overlapSeconds !== 0 && (
        <Alert type="info">
          {MAX_EARLIER_SECRETS + 1} keys sign already. Another is possible from <Instant at={possibleAt} />, or now
          without an overlap.
        </Alert>
      )}
    </Question>
  );
}
