/** The manifest of a span of a webhook's events. */
import { type ManifestResponse, toManifestResponse } from '../../../shared/api/event-responses.schema.ts';
import { toInstant } from '../../../shared/api/instant.schema.ts';
import { keptFrom, settledUntil } from '../../../shared/delivery/listed-event.ts';
import { MOST_IN_MANIFEST, readManifest } from '../../../shared/delivery/read-manifest.flow.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, type Outcome, refuse } from '../outcome.ts';
import { findPulled } from './list.ts';

export async function readEventManifest(
  deps: Pick<ApiDependencies, 'webhooks' | 'eventReader' | 'clock'>,
  tenantId: TenantId,
  webhookId: WebhookId,
  requested: { readonly since: string; readonly until: string },
): Promise<Outcome<ManifestResponse>> {
  const found = await findPulled(deps, tenantId, webhookId);
  if (found.kind === 'refused') {
    return found;
  }
  const [from, until] = [Date.parse(requested.since), Date.parse(requested.until)];
  const now = deps.clock.now();
  if (from >= until) {
    return refuse('invalid-parameter', 'since: must be before until.', {
      errors: [{ field: 'since', message: 'Must be before until.' }],
    });
  }
  if (from < keptFrom(now)) {
    return refuse('events-expired', 'Events are kept for 30 days: choose a later `since`.');
  }
  if (until > settledUntil(now)) {
    return refuse('events-not-settled', 'More may be listed before this instant: ask again later.', {
      retryAfterSeconds: Math.ceil((until - settledUntil(now)) / 1000),
    });
  }
  const made = await readManifest(deps.eventReader, tenantId, webhookId, { from, until });
  if (made.kind === 'too-many') {
    const message = `More than ${MOST_IN_MANIFEST.toLocaleString('en')} events: choose a shorter span.`;
    return refuse('invalid-parameter', `until: ${message}`, { errors: [{ field: 'until', message }] });
  }
  const { since } = found.value.pull;
  return done({ ...toManifestResponse(made.manifest), listedSince: toInstant(Math.max(since, keptFrom(now))) });
}
