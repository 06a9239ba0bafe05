/** Around the fields of a webhook, connected or not yet: what keeps the reader from saving, why it was refused, Cancel and Save. */
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FormEvent, ReactNode } from 'react';
import { useFollow } from '../frame/follow.ts';
import { useWriteGuard } from '../frame/session-context.tsx';
import { NoPermission } from './before-typing.tsx';
import type { FieldErrors } from './field-errors.ts';
import { Refusal } from './refusal.tsx';

interface IntegrationFormProps {
  readonly cancelPath: string;
  readonly isSaving: boolean;
  readonly isUnchanged?: boolean;
  /** Of what is in the fields now; null if the API has not refused it. */
  readonly refused: unknown;
  readonly errors: FieldErrors;
  readonly onSave: () => void;
  readonly children: ReactNode;
}

/** Fields that show what is wrong with them. */
const SHOWN =
  /^(name|url|secret|headers|pace\.perMinute|payloadVersion|events|digest|digest\.minutes|firstSync|noticesTo|oauth|challenge|pull|pull\.manifests)$|^(options|credentials|headers|oauth)\./;

export function IntegrationForm(props: IntegrationFormProps) {
  const { cancelPath, isSaving, isUnchanged = false, refused, errors, onSave, children } = props;
  const follow = useFollow();
  const guard = useWriteGuard();
  const save = (event: FormEvent) => {
    event.preventDefault();
    onSave();
  };
  return (
    <form onSubmit={save} noValidate>
      <Form
        actions={
          <SpaceBetween size="xs" direction="horizontal">
            <Button formAction="none" variant="link" href={cancelPath} onFollow={follow}>
              Cancel
            </Button>
            <Button variant="primary" loading={isSaving} disabled={isUnchanged} {...(guard.disabled && guard)}>
              Save
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <NoPermission />
          {refused !== null && <Refusal error={refused} errors={errors} isShown={(field) => SHOWN.test(field)} />}
          {children}
        </SpaceBetween>
      </Form>
    </form>
  );
}
