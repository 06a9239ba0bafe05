/** Everything `mail` touches outside itself. */
import type { CursorKey } from '../../shared/api/cursor-key.port.ts';
import type { DeadLetters } from '../../shared/delivery/dead-letters.port.ts';
import type { ReturnedMessages } from '../../shared/delivery/returned-messages.port.ts';
import type { NoticePorts } from '../../shared/delivery/take-notice.flow.ts';
import type { MailQueue } from '../../shared/mail/mail-queue.port.ts';
import type { Mailer } from '../../shared/mail/mailer.port.ts';
import type { NoticeAddressReader } from '../../shared/mail/notice-addresses.port.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { WebhookStore } from '../../shared/webhook/webhook-store.port.ts';

export interface MailDependencies extends NoticePorts {
  readonly webhooks: Pick<WebhookStore, 'find'>;
  readonly addresses: NoticeAddressReader;
  readonly mails: MailQueue;
  readonly mailer: Mailer;
  /** Takes messages that cannot be read. */
  readonly rejected: DeadLetters;
  readonly returns: ReturnedMessages;
  readonly linkKey: CursorKey;
  /** Without a slash at its end. */
  readonly consoleUrl: string;
  readonly telemetry: Telemetry<'mail'>;
}
