/** A request that stores another version of a webhook's secret: carried out once, however often it comes under one key. */
import type { Json } from '../../../shared/runtime/canonical-json.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiActor } from '../actor.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { unwrap } from '../http.ts';
import { type Idempotent, idempotent } from '../idempotency.ts';
import type { Outcome } from '../outcome.ts';
import type { Changed } from '../webhooks/store-change.ts';

interface Asked {
  /** As the document has it. */
  readonly path: string;
  readonly webhookId: WebhookId;
  /** The Idempotency-Key, if the request has one. */
  readonly key: string | undefined;
  readonly body: Json;
}

/** `make` stores the version under the id that it is given: by it a repeated request recognises what it has stored. */
export async function storeVersionOnce(
  deps: ApiDependencies,
  { tenantId }: ApiActor,
  { path, webhookId, key, body }: Asked,
  make: (versionId: string) => Promise<Outcome<Changed>>,
): Promise<Idempotent<Changed>> {
  const name = key === undefined ? undefined : { route: `POST ${path.replace('{webhookId}', webhookId)}`, key };
  return unwrap(
    await idempotent<Changed>(deps, tenantId, name, body, {
      newOutcomeId: deps.newId,
      async find(versionId, isDone) {
        const webhook = await deps.webhooks.find(tenantId, webhookId);
        return webhook && (isDone || webhook.secret?.versionId === versionId) ? { webhook } : undefined;
      },
      make,
    }),
  );
}
