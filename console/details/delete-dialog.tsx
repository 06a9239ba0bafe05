/** Deletes an integration, after saying what is lost with it. */
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import { dropFromList, refreshIfOutdated } from '../api/mutations.ts';
import { deletionKey, webhookKey } from '../api/queries.ts';
import { useNotices } from '../frame/notices.tsx';
import { countWords } from '../integrations/condition.ts';
import { paths } from '../paths.ts';
import { type DialogProps, Question } from './dialog.tsx';

/** To be typed: that does not happen by mistake. */
const WORD = 'delete';

export function DeleteDialog({ webhook, onClose }: DialogProps) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const { notify } = useNotices();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const deletion = useMutation({
    mutationKey: deletionKey(webhook.id),
    onMutate: feed.beforeChange,
    mutationFn: () => api.remove(webhook),
    onSuccess: async () => {
      dropFromList(queries, webhook.id);
      notify({ type: 'success', content: `${webhook.name} is deleted.`, path: paths.integrations });
      navigate(paths.integrations);
      queries.removeQueries({ queryKey: webhookKey(webhook.id) });
      await feed.refresh();
    },
    onError: (error) => refreshIfOutdated(feed, error),
  });
  return (
    <Question
      header={`Delete ${webhook.name}?`}
      button="Delete"
      isUnderWay={deletion.isPending}
      isReady={typed === WORD}
      error={deletion.error}
      onConfirm={() => deletion.mutate()}
      onClose={onClose}
    >
      <div>
        This cannot be undone. You lose:
        <ul>
          {lossesOf(webhook).map((loss) => (
            <li key={loss}>{loss}</li>
          ))}
        </ul>
      </div>
      <Box>To stop sending for a while, pause it instead.</Box>
      <FormField label={`Type “${WORD}” to confirm`}>
        <Input value={typed} autoComplete={false} onChange={({ detail }) => setTyped(detail.value)} />
      </FormField>
    </Question>
  );
}

function lossesOf({ isSigned, ownHeaders, credentials, health }: WebhookResponse): readonly string[] {
  const { failed, held, isIncomplete } = health;
  const secrets = [
    ...(isSigned ? ['its secret'] : []),
    ...(credentials.length > 0 ? ['its credentials'] : []),
    ...(ownHeaders > 0 ? ['its headers'] : []),
  ];
  return [
    'the destination and its alert rule: no finding is sent there any more',
    ...(secrets.length > 0 ? [secrets.join(', ')] : []),
    ...(isIncomplete ? ['the chance to retry what failed or is held: how much waits cannot be read'] : []),
    ...(failed.count > 0 ? [`the chance to retry what failed: ${countWords(failed)} waiting`] : []),
    ...(held.count > 0 ? [`the chance to retry what is held: ${countWords(held)} waiting`] : []),
    'deliveries that are under way: they are cancelled',
    'its delivery log',
  ];
}
