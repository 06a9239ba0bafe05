/** The queue of mails that are to be sent. */
import type { TenantId } from '../runtime/ids.ts';
import type { MailMessage } from './mail-message.ts';

export interface MailQueue {
  /** All of them are of the tenant. Rejects unless the queue has taken every one. */
  enqueueMails(tenantId: TenantId, messages: readonly MailMessage[]): Promise<void>;
}
