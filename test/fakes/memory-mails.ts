import type { Mail } from '../../shared/mail/mail.ts';
import type { MailMessage } from '../../shared/mail/mail-message.ts';
import type { MailQueue } from '../../shared/mail/mail-queue.port.ts';
import type { Mailer } from '../../shared/mail/mailer.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';

/** What was queued and what was sent, in order. Each can be shut to stand for an outage. */
export class MemoryMails implements MailQueue, Mailer {
  readonly queued: MailMessage[] = [];
  readonly sent: Mail[] = [];
  isQueueShut = false;
  isServiceShut = false;

  async enqueueMails(_tenantId: TenantId, messages: readonly MailMessage[]): Promise<void> {
    if (this.isQueueShut) {
      throw new DependencyUnavailable('queue', 'take mails', new Error('shut by the test'));
    }
    this.queued.push(...messages);
  }

  async send(mail: Mail): Promise<void> {
    if (this.isServiceShut) {
      throw new DependencyUnavailable('mail-service', 'take a mail', new Error('shut by the test'));
    }
    this.sent.push(mail);
  }
}
