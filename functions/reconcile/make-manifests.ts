/**
 * Makes the manifests of the periods that have closed, for one webhook that chose them. What decides is the row: it is written if
 * there is none, its message is queued after that, and only then the schedule goes on. A worker that dies in between, or a
 * second one at the same time, finds the row and queues its message again: of one period there is one manifest, with one
 * delivery id, whatever happens.
 */
import { carryOn } from '../../shared/delivery/carry-on.flow.ts';
import { continuationEffects } from '../../shared/delivery/continuation.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { WebhookKey } from '../../shared/delivery/due-deliveries.port.ts';
import { manifestMessage } from '../../shared/delivery/manifest-delivery.ts';
import { afterManifest, type ManifestSchedule, manifestStep } from '../../shared/delivery/manifest-schedule.ts';
import { readManifest } from '../../shared/delivery/read-manifest.flow.ts';
import { restore } from '../../shared/delivery/retry-cycle.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/** Nothing is begun once `hasTime` says so: the next run goes on from the schedule. */
export async function makeManifests(
  deps: ReconcileDependencies,
  { tenantId, webhookId }: WebhookKey,
  hasTime: () => boolean,
): Promise<void> {
  const { schedules, webhooks, clock } = deps;
  let schedule = await schedules.find(tenantId, webhookId);
  // The index lags behind.
  while (schedule !== undefined && schedule.lookAt <= clock.now() && hasTime()) {
    schedule = await takeStep(deps, schedule, await webhooks.find(tenantId, webhookId), hasTime);
  }
}

/** The schedule as it is then; undefined if it has ended, or another worker has changed it. */
async function takeStep(
  deps: ReconcileDependencies,
  schedule: ManifestSchedule,
  webhook: Webhook | undefined,
  hasTime: () => boolean,
): Promise<ManifestSchedule | undefined> {
  const { schedules, clock, manifestPeriodMillis, telemetry } = deps;
  const step = manifestStep(schedule, webhook, clock.now(), manifestPeriodMillis);
  if (step.kind === 'end' || webhook === undefined) {
    await schedules.end(schedule);
    return undefined;
  }
  if (step.kind === 'look-later') {
    return move(deps, schedule, { ...schedule, lookAt: step.lookAt });
  }
  const { tenantId, webhookId } = schedule;
  if (step.missed > 0) {
    telemetry.warn('manifest.missed', { tenantId, webhookId, periods: step.missed });
  }
  await makeOne(deps, webhook, step, hasTime);
  return move(deps, schedule, afterManifest(schedule, step.until, manifestPeriodMillis));
}

async function move({ schedules }: ReconcileDependencies, before: ManifestSchedule, after: ManifestSchedule) {
  return (await schedules.move(before, after)) === 'written' ? after : undefined;
}

async function makeOne(
  deps: ReconcileDependencies,
  webhook: Webhook,
  span: { readonly from: number; readonly until: number },
  hasTime: () => boolean,
): Promise<void> {
  const { tenantId, webhookId } = webhook;
  const made = await readManifest(whileThereIsTime(deps.eventReader, hasTime), tenantId, webhookId, span);
  if (made.kind === 'too-many') {
    const from = new Date(span.from).toISOString();
    deps.telemetry.warn('manifest.too-large', { tenantId, webhookId, from });
    return;
  }
  const row = await openRow(deps, manifestMessage(webhook, made.manifest, made.ids));
  for (const effect of row === undefined ? [] : continuationEffects(row)) {
    await carryOn(deps, effect);
  }
}

/** A run that was ended in the middle of a long list would end with it what others have begun. */
function whileThereIsTime(
  reader: ReconcileDependencies['eventReader'],
  hasTime: () => boolean,
): ReconcileDependencies['eventReader'] {
  return {
    async readKeys(...args) {
      if (!hasTime()) {
        throw new Error('The list is too long for the time that is left.');
      }
      return reader.readKeys(...args);
    },
  };
}

/** The one that is there, if there is one: what it says was decided before. */
async function openRow(
  { log, clock }: ReconcileDependencies,
  message: DeliveryMessage,
): Promise<DeliveryRow | undefined> {
  const { tenantId, webhookId, deliveryId } = message;
  const change = restore(message, clock.now());
  return (await log.write(tenantId, change)) === 'written' ? change.row : log.find(tenantId, webhookId, deliveryId);
}
