/** What the links of a mail do. They need no account: a token that we signed is the permission. */
import type { MailAnswer } from '../../../shared/api/notice-addresses.schema.ts';
import { openConfirmation, openUnsubscription } from '../../../shared/mail/mail-link.ts';
import { confirmAddress, findAddress, unsubscribeAddress } from '../../../shared/mail/notice-address.ts';
import { done, type Outcome, type Refused, refuse } from '../outcome.ts';
import { changeAddresses, NO_SENDER, type NoticeAddressDependencies } from './addresses.ts';

const NOT_OURS: Refused = refuse('invalid-link', 'Open the link as it stands in the mail, to its last character.');

const EXPIRED: Refused = refuse(
  'link-expired',
  'It was good for three days, or the address was removed since. An administrator can add the address again.',
);

export async function confirmNotices(deps: NoticeAddressDependencies, token: string): Promise<Outcome<MailAnswer>> {
  if (!deps.sendsMail) {
    return NO_SENDER;
  }
  const link = openConfirmation(await deps.cursorKey.read(), token);
  if (link === undefined) {
    return NOT_OURS;
  }
  const now = deps.clock.now();
  const changed = await changeAddresses(deps, link.tenantId, (list) => {
    const next = now < link.expiresAt ? confirmAddress(list, link, now) : undefined;
    return next === undefined ? EXPIRED : done(next);
  });
  return changed.kind === 'refused'
    ? changed
    : done({ address: findAddress(changed.value, link.addressId)?.address ?? '', isSubscribed: true });
}

/** The same response where the address is gone: its owner wants nothing, and gets nothing. */
export async function unsubscribe(deps: NoticeAddressDependencies, token: string): Promise<Outcome<MailAnswer>> {
  if (!deps.sendsMail) {
    return NO_SENDER;
  }
  const link = openUnsubscription(await deps.cursorKey.read(), token);
  if (link === undefined) {
    return NOT_OURS;
  }
  const changed = await changeAddresses(deps, link.tenantId, (list) =>
    done(unsubscribeAddress(list, link.addressId, deps.clock.now())),
  );
  return changed.kind === 'refused'
    ? changed
    : done({ address: findAddress(changed.value, link.addressId)?.address ?? '', isSubscribed: false });
}
