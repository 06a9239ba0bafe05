/** A notice about a webhook, as a mail: what is wrong, what to do, where, and how to get no more of these. */
import type { TenantId } from '../runtime/ids.ts';
import type { NoticeWords } from '../webhook/notice.ts';
import { composeMail, type Mail } from './mail.ts';
import { unsubscribePage, unsubscribeUrl } from './mail-pages.ts';

/** Names in the words are tame by `nameInMail`. */
export interface NoticeMail extends NoticeWords {
  readonly to: string;
  readonly tenantId: TenantId;
  readonly consoleUrl: string;
  /** On which the webhook can be mended. */
  readonly pageUrl: string;
  readonly unsubscribeToken: string;
}

export function noticeMail(notice: NoticeMail): Mail {
  const { to, tenantId, consoleUrl, pageUrl, unsubscribeToken, title, description, remedy } = notice;
  return composeMail(
    to,
    title,
    [
      `${title}.`,
      description,
      `What to do: ${remedy}`,
      { label: 'Open the webhook in Thalian', href: pageUrl },
      `You get this because ${to} was confirmed for notices about the webhooks of ${tenantId}.`,
      { label: 'Get no more of these', href: unsubscribePage(consoleUrl, unsubscribeToken) },
    ],
    {
      'List-Unsubscribe': `<${unsubscribeUrl(consoleUrl, unsubscribeToken)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  );
}
