/** What would refuse the form in the end, said before anything is typed. */
import Alert from '@cloudscape-design/components/alert';
import { useWebhooks } from '../api/queries.ts';
import { useWriteGuard } from '../frame/session-context.tsx';

export function NoPermission() {
  const { disabledReason } = useWriteGuard();
  return disabledReason === undefined ? null : (
    <Alert type="warning" header="You can look, but not save">
      {disabledReason}
    </Alert>
  );
}

export function LimitReached() {
  const { data } = useWebhooks();
  return data === undefined || data.webhooks.length < data.limit ? null : (
    <Alert type="warning" header={`All ${data.limit} webhooks are connected`}>
      There can be no more than {data.limit}. Delete one that is no longer needed, then connect another.
    </Alert>
  );
}
