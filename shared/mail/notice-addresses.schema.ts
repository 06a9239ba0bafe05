/** The addresses for notices as the config table keeps them. */
import * as z from 'zod';
import { parseWebhookId, type WebhookId } from '../runtime/ids.ts';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import { NO_ADDRESSES, type NoticeAddress, type NoticeAddresses } from './notice-address.ts';

const storedSchema = z.object({
  revision: z.int().min(1),
  addresses: z.array(
    z.object({
      addressId: z.string(),
      address: z.string(),
      webhookIds: z.array(z.string()).exactOptional(),
      /** Under a state of a later version nothing is sent. */
      state: z.enum(['unconfirmed', 'confirmed', 'unsubscribed']).catch('unsubscribed'),
      stateAt: z.number(),
      addedAt: z.number(),
      addedBy: z.string(),
      askedAt: z.number(),
    }),
  ),
  askedAt: z.array(z.number()),
});

export function parseNoticeAddresses(
  stored: unknown,
): { readonly kind: 'parsed'; readonly list: NoticeAddresses } | Rejected {
  if (stored === undefined) {
    return { kind: 'parsed', list: NO_ADDRESSES };
  }
  const parsed = storedSchema.safeParse(stored);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { addresses, ...list } = parsed.data;
  return { kind: 'parsed', list: { ...list, addresses: addresses.map(withIds) } };
}

type Stored = z.output<typeof storedSchema>['addresses'][number];

/** An id that cannot be one is no webhook's. */
function withIds({ webhookIds, ...address }: Stored): NoticeAddress {
  const ids = webhookIds?.map(parseWebhookId).filter((id): id is WebhookId => id !== undefined);
  return { ...address, ...(ids && { webhookIds: ids }) };
}
