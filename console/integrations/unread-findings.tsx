/** The notice that findings of the tenant could not be read, and so were sent nowhere. What they say is not known here. */
import Alert from '@cloudscape-design/components/alert';
import type { WebhookList } from '../../shared/api/webhook-responses.schema.ts';
import { Instant } from '../time/instant.tsx';

export function UnreadFindings({ count, latestAt }: NonNullable<WebhookList['unreadFindings']>) {
  return (
    <Alert
      type="warning"
      header={count === 1 ? 'A finding could not be read' : `${count.toLocaleString('en')} findings could not be read`}
    >
      This is of the last seven days; the latest came at <Instant at={latestAt} />. What cannot be read is sent to no
      webhook. The operators of this service get an alarm and keep it: you need not do anything.
    </Alert>
  );
}
