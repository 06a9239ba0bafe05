/**
 * Notes that a receiver is slow while its attempt is still under way: after ten seconds hundreds of batches would have met
 * it. What the note changes is decided in `shared/webhook/webhook-health.ts`.
 */
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { SLOW_AFTER_MILLIS } from '../../shared/webhook/webhook-health.ts';
import type { Batch } from './batch.ts';

export interface NoticedSlowness {
  /** The attempt has ended. */
  readonly stop: () => void;
  /** Resolves once a note that was begun is written or has failed: a function that has answered may be frozen. */
  readonly noted: () => Promise<void>;
}

export function noticeSlowness({ health, clock, telemetry }: Batch, webhook: Webhook): NoticedSlowness {
  let noting: Promise<void> | undefined;

  async function note(): Promise<void> {
    const { tenantId, webhookId } = webhook;
    try {
      await health.note(webhook, 'slow');
    } catch (error) {
      // The attempt goes on all the same: to return its message would repeat the POST. The next slow one notes it.
      telemetry.fail('slowness.unnoted', { tenantId, webhookId }, error);
    }
  }

  const stop = clock.schedule(SLOW_AFTER_MILLIS, () => {
    noting = note();
  });
  return { stop, noted: async () => noting };
}
