/** How an address for notices stands, in words. */
import type { NoticeAddressResponse } from '../../shared/api/notice-addresses.schema.ts';

interface AddressWords {
  readonly type: 'success' | 'pending' | 'stopped' | 'warning';
  readonly text: string;
}

export function addressWords({ status }: Pick<NoticeAddressResponse, 'status'>): AddressWords {
  switch (status) {
    case 'confirmed':
      return { type: 'success', text: 'Gets notices' };
    case 'unconfirmed':
      return { type: 'pending', text: 'Waits until its owner confirms' };
    case 'expired':
      return { type: 'warning', text: 'Was not confirmed in time' };
    case 'unsubscribed':
      return { type: 'stopped', text: 'Its owner wants no more notices' };
  }
}

/** Only a confirmed address needs no other request. */
export function mayBeAskedAgain({ status }: Pick<NoticeAddressResponse, 'status'>): boolean {
  return status !== 'confirmed';
}

/** `names` are of the webhooks that there are; what is deleted has none. */
export function aboutWords(
  { webhookIds }: Pick<NoticeAddressResponse, 'webhookIds'>,
  names: readonly { readonly id: string; readonly name: string }[],
): string {
  return webhookIds === undefined
    ? 'All integrations'
    : webhookIds.map((id) => names.find((webhook) => webhook.id === id)?.name ?? 'a deleted integration').join(', ');
}
