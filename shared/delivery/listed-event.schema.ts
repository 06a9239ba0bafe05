/** A listed event as the table keeps it, without its keys. */
import * as z from 'zod';
import { lifecycleItemFields } from '../finding/lifecycle.schema.ts';
import { lifecycleOf } from '../finding/lifecycle.ts';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { ListedEvent } from './listed-event.ts';

const itemSchema = z.object({ finding: z.string(), ...lifecycleItemFields });

export function parseListedEvent(
  { deliveryId, listedAt }: Pick<ListedEvent, 'deliveryId' | 'listedAt'>,
  item: unknown,
): { readonly kind: 'parsed'; readonly event: ListedEvent } | Rejected {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { finding, ...lifecycle } = parsed.data;
  return { kind: 'parsed', event: { deliveryId, listedAt, finding, lifecycle: lifecycleOf(lifecycle) } };
}
