/** Makes the manifest of a span that is settled, or says that it has too many events for one. */
import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { EventListReader } from './event-list.port.ts';
import { positionOf } from './listed-event.ts';
import { type Manifest, manifestOf } from './manifest.ts';

/** Some 50 MB of the table: fifty calls, which take a few seconds of an invocation. */
export const MOST_IN_MANIFEST = 50_000;

/** DynamoDB ends a page at 1 MB, earlier than this. */
const KEYS_PER_CALL = 5_000;

export type ReadManifest =
  | { readonly kind: 'made'; readonly manifest: Manifest; readonly ids: ReadonlySet<DeliveryId> }
  | { readonly kind: 'too-many' };

export async function readManifest(
  reader: Pick<EventListReader, 'readKeys'>,
  tenantId: TenantId,
  webhookId: WebhookId,
  { from, until }: Pick<Manifest, 'from' | 'until'>,
): Promise<ReadManifest> {
  const ids = new Set<DeliveryId>();
  let after = positionOf(from);
  for (let lookedAt = 0; lookedAt <= MOST_IN_MANIFEST; ) {
    const { events, isCut } = await reader.readKeys(tenantId, webhookId, { after, until }, KEYS_PER_CALL);
    for (const { deliveryId } of events) {
      ids.add(deliveryId);
    }
    const last = events.at(-1);
    if (!isCut || last === undefined) {
      return { kind: 'made', manifest: manifestOf(ids, from, until), ids };
    }
    lookedAt += events.length;
    after = positionOf(last.listedAt, last.deliveryId);
  }
  return { kind: 'too-many' };
}
