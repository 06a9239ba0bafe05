/** The one mail that goes to an address that was not confirmed yet. It holds nothing that a tenant has typed. */
import type { TenantId } from '../runtime/ids.ts';
import { composeMail, type Mail } from './mail.ts';
import { confirmPage } from './mail-pages.ts';

export interface ConfirmationMail {
  readonly to: string;
  readonly tenantId: TenantId;
  readonly consoleUrl: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export function confirmationMail({ to, tenantId, consoleUrl, token, expiresAt }: ConfirmationMail): Mail {
  const until = `${new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return composeMail(to, 'Confirm your address for notices by e-mail', [
    `An administrator of ${tenantId} wants notices about its webhooks at Thalian sent to ${to}: when one fails, is disabled, or works again.`,
    'Do you want them? Then open this page and confirm.',
    { label: 'Confirm this address', href: confirmPage(consoleUrl, token) },
    `The link is good until ${until}. If you do not want these notices, do nothing: none is sent to an address that was not confirmed.`,
  ]);
}
