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
      In the last seven days, the latest at <Instant at={latestAt} />. They were sent to no webhook. The operators of
      this service have them and are told; you need not do anything.
    </Alert>
  );
}
