/**
 * One mail to one address, if its owner still wants it: the list of addresses is read at the last moment, so that nothing follows
 * an unsubscription but what SES has by then.
 */
import { confirmationMail } from '../../shared/mail/confirmation-mail.ts';
import type { Mail } from '../../shared/mail/mail.ts';
import { sealConfirmation, sealUnsubscription } from '../../shared/mail/mail-link.ts';
import type { ConfirmationMessage, MailMessage, NoticeMessage } from '../../shared/mail/mail-message.ts';
import {
  CONFIRM_WITHIN_MILLIS,
  findAddress,
  getsNoticesOf,
  type NoticeAddress,
} from '../../shared/mail/notice-address.ts';
import { noticeMail } from '../../shared/mail/notice-mail.ts';
import { webhookPage } from '../../shared/webhook/webhook-page.ts';
import type { MailDependencies } from './dependencies.ts';

export async function sendMail(deps: MailDependencies, message: MailMessage): Promise<void> {
  const address = findAddress(await deps.addresses.find(message.tenantId), message.addressId);
  const mail = address && (await mailOf(deps, message, address));
  if (mail !== undefined) {
    await deps.mailer.send(mail);
    deps.telemetry.count('mail.sent');
  }
}

async function mailOf(deps: MailDependencies, message: MailMessage, address: NoticeAddress): Promise<Mail | undefined> {
  const key = await deps.linkKey.read();
  return message.kind === 'notice' ? noticeTo(deps, message, address, key) : requestTo(deps, message, address, key);
}

function noticeTo(
  { consoleUrl }: MailDependencies,
  { tenantId, addressId, webhookId, words }: NoticeMessage,
  address: NoticeAddress,
  key: string,
): Mail | undefined {
  return getsNoticesOf(address, webhookId)
    ? noticeMail({
        ...words,
        to: address.address,
        tenantId,
        consoleUrl,
        pageUrl: webhookPage(consoleUrl, webhookId),
        unsubscribeToken: sealUnsubscription(key, { tenantId, addressId }),
      })
    : undefined;
}

/** One that waited until its link had expired is not worth sending. */
function requestTo(
  { consoleUrl, clock }: MailDependencies,
  { tenantId, addressId, addedAt, askedAt }: ConfirmationMessage,
  address: NoticeAddress,
  key: string,
): Mail | undefined {
  const expiresAt = askedAt + CONFIRM_WITHIN_MILLIS;
  return address.state === 'unconfirmed' && address.addedAt === addedAt && clock.now() < expiresAt
    ? confirmationMail({
        to: address.address,
        tenantId,
        consoleUrl,
        token: sealConfirmation(key, { tenantId, addressId, addedAt, expiresAt }),
        expiresAt,
      })
    : undefined;
}
