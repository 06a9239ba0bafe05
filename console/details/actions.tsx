/** What can be done with an integration, beside its name. */
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useWebhookChange } from '../api/mutations.ts';
import { lazily } from '../frame/lazily.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';
import { paths } from '../paths.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';

/** Calendars and clocks come with it. */
const BulkRetryDialog = lazily('BulkRetryDialog', () => import('./bulk-retry-dialog.tsx'));
const TestDialog = lazily('TestDialog', () => import('./test-dialog.tsx'));

type DialogName = 'test' | 'rotate' | 'remove-secret' | 'key' | 'remove-key' | 'retry' | 'delete';

export function Actions({ webhook }: { readonly webhook: WebhookResponse }) {
  const [open, setOpen] = useState<DialogName>();
  const [, navigate] = useLocation();
  const guard = useWriteGuard();
  const close = () => setOpen(undefined);
  const dialog = { webhook, onClose: close };
  const hasKey = webhook.publicKeys !== undefined;
  return (
    <>
      <SpaceBetween size="xs" direction="horizontal">
        <Button onClick={() => setOpen('test')} {...guard}>
          Send test
        </Button>
        <StateButton webhook={webhook} />
        <ButtonDropdown
          items={[
            { id: 'settings', text: 'Change settings' },
            { id: 'rotate', text: webhook.isSigned ? 'Rotate the secret' : 'Add a secret' },
            ...(webhook.isSigned ? [{ id: 'remove-secret', text: 'Remove the secret' }] : []),
            { id: 'key', text: hasKey ? 'Rotate the signing key' : 'Add a signing key' },
            ...(hasKey ? [{ id: 'remove-key', text: 'Remove the signing key' }] : []),
            { id: 'retry', text: 'Retry many deliveries' },
            { id: 'delete', text: 'Delete' },
          ]}
          disabled={guard.disabled}
          {...(guard.disabledReason !== undefined && { disabledReason: guard.disabledReason })}
          onItemClick={({ detail }) => {
            if (detail.id === 'settings') {
              navigate(paths.settings(webhook.id));
            } else {
              setOpen(detail.id as DialogName);
            }
          }}
        >
          Actions
        </ButtonDropdown>
      </SpaceBetween>
      {open === 'test' && (
        <Suspense>
          <TestDialog {...dialog} />
        </Suspense>
      )}
      {open === 'rotate' && <RotateDialog {...dialog} />}
      {open === 'remove-secret' && <RemoveDialog what="secret" {...dialog} />}
      {open === 'key' && <KeyDialog {...dialog} />}
      {open === 'remove-key' && <RemoveDialog what="signing key" {...dialog} />}
      {open === 'delete' && <DeleteDialog {...dialog} />}
      {open === 'retry' && (
        <Suspense>
          <BulkRetryDialog {...dialog} />
        </Suspense>
      )}
    </>
  );
}

function StateButton({ webhook }: { readonly webhook: WebhookResponse }) {
  const guard = useWriteGuard();
  const pause = useWebhookChange((api, target) => api.pause(target), {
    failed: () => `${webhook.name} was not paused.`,
  });
  const resume = useWebhookChange((api, target) => api.resume(target), {
    failed: () => `${webhook.name} was not resumed.`,
  });
  const [change, words] = webhook.state === 'enabled' ? [pause, 'Pause'] : [resume, 'Resume'];
  return (
    <Button
      loading={pause.isPending || resume.isPending}
      onClick={() => change.mutate({ target: webhook, request: undefined })}
      {...guard}
    >
      {words}
    </Button>
  );
}
