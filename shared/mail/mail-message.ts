/** A message of the mail queue that asks for one mail to one address. It names the address, and says nothing secret. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { NoticeWords } from '../webhook/notice.ts';

export interface NoticeMessage {
  readonly kind: 'notice';
  readonly tenantId: TenantId;
  readonly addressId: string;
  readonly webhookId: WebhookId;
  /** Names in them are tame by `nameInMail`. */
  readonly words: NoticeWords;
}

export interface ConfirmationMessage {
  readonly kind: 'confirmation';
  readonly tenantId: TenantId;
  readonly addressId: string;
  /** Of the address when it was asked for. Epoch milliseconds. */
  readonly addedAt: number;
  readonly askedAt: number;
}

export type MailMessage = NoticeMessage | ConfirmationMessage;
