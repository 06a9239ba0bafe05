/** Reads the manifest out of the JSON of its delivery. */
import * as z from 'zod';
import type { Finding } from '../finding/finding.ts';
import type { ManifestContent } from '../finding/manifest-content.ts';
import { parseJson, rejection } from '../runtime/parse-json.schema.ts';
import type { DeliveryMessage } from './delivery.ts';
import { isManifest, MANIFEST_MEMBER } from './manifest-delivery.ts';

const deliverySchema = z.object({
  [MANIFEST_MEMBER]: z.object({
    webhookId: z.string(),
    from: z.number(),
    until: z.number(),
    count: z.int().min(0),
    first: z.string().exactOptional(),
    last: z.string().exactOptional(),
    sha256: z.string(),
    ids: z.array(z.string()).exactOptional(),
  }),
});

/**
 * The manifest that this delivery is; undefined for all others. `finding` is what its JSON says as a finding. Throws if a later
 * version has written a manifest that this one cannot read: it must not go as a finding.
 */
export function manifestIn(
  delivery: Pick<DeliveryMessage, 'tenantId' | 'webhookId' | 'deliveryId' | 'finding'>,
  finding: Finding,
): ManifestContent | undefined {
  if (!isManifest(delivery, finding, delivery.deliveryId)) {
    return undefined;
  }
  const json = parseJson(delivery.finding);
  const parsed = deliverySchema.safeParse(json.kind === 'rejected' ? undefined : json.value);
  if (!parsed.success) {
    throw new Error(`The manifest of ${delivery.deliveryId} cannot be read: ${rejection(parsed.error).reason}`);
  }
  return parsed.data[MANIFEST_MEMBER];
}
