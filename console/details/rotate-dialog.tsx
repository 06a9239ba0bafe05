/** Rotates the signing secret, or adds the first one. Earlier secrets may sign beside it until their overlaps end. */
import Alert from '@cloudscape-design/components/alert';
import Modal from '@cloudscape-design/components/modal';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { MAX_EARLIER_SECRETS } from '../../shared/api/webhook-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { fieldErrorsIn } from '../api/api-error.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import type { RotateRequest } from '../api/client.ts';
import { useIdempotencyKey } from '../api/idempotency-key.ts';
import { refreshIfOutdated, takeOver } from '../api/mutations.ts';
import { checkSecret, secretOf } from '../connect/draft.ts';
import { fieldErrors } from '../connect/field-errors.ts';
import { SigningFields } from '../connect/signing-fields.tsx';
import { leaveBy } from '../frame/leave-guard.ts';
import { useNotices } from '../frame/notices.tsx';
import { SecretOnce } from '../signing/secret-once.tsx';
import { Instant } from '../time/instant.tsx';
import { type DialogProps, Question } from './dialog.tsx';
import { OverlapField, USUAL_OVERLAP_SECONDS } from './overlap-field.tsx';

export function RotateDialog({ webhook, onClose }: DialogProps) {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useChangeFeed();
  const keyFor = useIdempotencyKey();
  const { notify } = useNotices();
  const [signing, setSigning] = useState<Parameters<typeof checkSecret>[0]>({ signing: 'generate', ownSecret: '' });
  const [overlapSeconds, setOverlap] = useState(USUAL_OVERLAP_SECONDS);
  const [wasTried, setTried] = useState(false);
  const { isSigned } = webhook;

  const rotation = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: (request: RotateRequest) => api.rotateSecret(webhook, request, keyFor(request)),
    onSuccess: (changed, { secret }) => {
      takeOver(queries, changed);
      void feed.refresh();
      if (changed.signingSecret !== undefined) {
        return;
      }
      // An earlier try got through, but its response, and the secret in it, was lost.
      const isSecretLost = typeof secret === 'object';
      notify(
        isSecretLost
          ? { type: 'error', content: 'The secret was rotated, but lost on the way: rotate it once more.' }
          : { type: 'success', content: rotated(isSigned, changed.revision > webhook.revision) },
      );
      onClose();
    },
    onError: (error) => refreshIfOutdated(feed, error),
  });

  const secret = rotation.data?.signingSecret;
  if (secret !== undefined) {
    return (
      <Modal visible size="large" header="The new secret" onDismiss={() => leaveBy(onClose)}>
        <SecretOnce secret={secret} name={webhook.name} onDone={onClose} />
      </Modal>
    );
  }
  const found = checkSecret(signing);
  const errors = fieldErrors([...(wasTried ? found : []), ...fieldErrorsIn(rotation.error)]);
  const { secret: wanted } = secretOf(signing);
  const possibleAt = fourthPossibleAt(webhook);
  return (
    <Question
      header={isSigned ? 'Rotate the secret' : 'Add a secret'}
      button={isSigned ? 'Rotate' : 'Add'}
      isUnderWay={rotation.isPending}
      error={rotation.error}
      onConfirm={() => {
        setTried(true);
        if (found.length === 0 && wanted !== undefined) {
          rotation.mutate({ secret: wanted, overlapSeconds: isSigned ? overlapSeconds : 0 });
        }
      }}
      onClose={onClose}
    >
      <SigningFields
        label="New secret"
        draft={signing}
        errors={errors}
        choices={['generate', 'own']}
        onChange={setSigning}
      />
      {isSigned && <OverlapField what="secret" seconds={overlapSeconds} onChange={setOverlap} />}
      {overlapSeconds === 0 && isSigned && (
        <Alert type="warning">
          Every earlier secret stops at once: requests fail at a receiver that verifies them until it has the new one.
        </Alert>
      )}
      {overlapSeconds !== 0 && possibleAt !== undefined && (
        <Alert type="info">
          {MAX_EARLIER_SECRETS + 1} secrets sign already. Another is possible from <Instant at={possibleAt} />, or now
          without an overlap.
        </Alert>
      )}
    </Question>
  );
}

function rotated(wasSigned: boolean, isChanged: boolean): string {
  if (!isChanged) {
    return 'This secret signs already: nothing has changed.';
  }
  return wasSigned ? 'The secret is rotated.' : 'Requests are signed from now on.';
}

/** When the first of the overlaps ends; undefined if one more secret may sign now. */
function fourthPossibleAt({ previousSecretsUntil = [] }: DialogProps['webhook']): string | undefined {
  return previousSecretsUntil.length < MAX_EARLIER_SECRETS ? undefined : previousSecretsUntil.toSorted()[0];
}
