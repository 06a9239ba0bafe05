/** Tries a failed or held delivery again; not there for any other. */
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import { useRetry } from '../api/mutations.ts';
import { LeavesFocus } from '../frame/leaves-focus.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';

interface RetryButtonProps {
  readonly webhookId: string;
  readonly delivery: Pick<DeliveryResponse, 'id' | 'status' | 'finding'>;
  readonly variant: ButtonProps.Variant;
}

export function RetryButton({ webhookId, delivery: { id, status, finding }, variant }: RetryButtonProps) {
  const retry = useRetry(webhookId);
  const guard = useWriteGuard();
  if (status !== 'failed' && status !== 'held') {
    return null;
  }
  return (
    <LeavesFocus>
      <Button
        variant={variant}
        loading={retry.isPending}
        ariaLabel={`Retry: ${finding.title}`}
        onClick={() => retry.mutate(id)}
        {...guard}
      >
        Retry
      </Button>
    </LeavesFocus>
  );
}
