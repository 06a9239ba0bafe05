/** A mark of the highest revision begun, as the table keeps it, without its keys. */
import * as z from 'zod';
import { revisionSchema } from '../finding/lifecycle.schema.ts';
import { parseDeliveryId } from '../runtime/ids.ts';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { RevisionMark } from './revision-mark.ts';

const itemSchema = z.object({
  revision: revisionSchema,
  isOpened: z.literal(true).exactOptional(),
  deliveryId: z.string().exactOptional(),
  attempt: z.int().min(1).exactOptional(),
  lease: z.string().exactOptional(),
  leaseUntil: z.number().exactOptional(),
  expiresAt: z.number(),
});

export function parseRevisionMark(item: unknown): { readonly kind: 'parsed'; readonly mark: RevisionMark } | Rejected {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { deliveryId: written, ...mark } = parsed.data;
  const deliveryId = written === undefined ? undefined : parseDeliveryId(written);
  return { kind: 'parsed', mark: { ...mark, ...(deliveryId && { deliveryId }) } };
}
