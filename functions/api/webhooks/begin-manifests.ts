/**
 * A webhook that chooses manifests gets a schedule, by which the reconciler finds it: before the choice is stored, so that no choice
 * is without one. A schedule whose choice was not stored after all is deleted at its first look.
 */
import { FIRST_LOOK_AFTER_MILLIS } from '../../../shared/delivery/manifest-schedule.ts';
import { beginsManifests } from '../../../shared/webhook/pull.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';

export async function beginManifestsOf(
  { manifests, clock }: Pick<ApiDependencies, 'manifests' | 'clock'>,
  before: Webhook | undefined,
  { tenantId, webhookId, pull }: Webhook,
): Promise<void> {
  if (beginsManifests(before?.pull, pull)) {
    const chosenAt = clock.now();
    await manifests.begin({ tenantId, webhookId, chosenAt, lookAt: chosenAt + FIRST_LOOK_AFTER_MILLIS });
  }
}
