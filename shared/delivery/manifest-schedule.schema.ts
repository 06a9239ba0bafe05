/** A schedule of manifests as the delivery log's table keeps it, without its keys. */
import * as z from 'zod';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { ManifestSchedule } from './manifest-schedule.ts';

const itemSchema = z.object({
  chosenAt: z.number(),
  madeUntil: z.number().exactOptional(),
  /** The sort key of the due index. */
  reconcileAt: z.number(),
});

export function parseManifestSchedule(
  tenantId: TenantId,
  webhookId: WebhookId,
  item: unknown,
): { readonly kind: 'parsed'; readonly schedule: ManifestSchedule } | Rejected {
  const parsed = itemSchema.safeParse(item);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { reconcileAt: lookAt, ...rest } = parsed.data;
  return { kind: 'parsed', schedule: { tenantId, webhookId, ...rest, lookAt } };
}
