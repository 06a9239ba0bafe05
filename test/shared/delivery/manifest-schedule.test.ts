import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCKS_DIFFER_MILLIS, HORIZON_MILLIS } from '../../../shared/delivery/listed-event.ts';
import {
  afterManifest,
  CLOSED_AFTER_MILLIS,
  FIRST_LOOK_AFTER_MILLIS,
  MADE_UP_PERIODS,
  type ManifestSchedule,
  manifestStep,
} from '../../../shared/delivery/manifest-schedule.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../shared/topology/queues.ts';
import { MANIFEST_PERIOD_SECONDS } from '../../../shared/topology/schedules.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';

const HOUR = MANIFEST_PERIOD_SECONDS * 1000;

it('a period is closed when no function that lists can still be at it, by whatever clock', () => {
  expect(CLOSED_AFTER_MILLIS).toBeGreaterThan(HORIZON_MILLIS + FUNCTION_TIMEOUT_SECONDS * 1000);
});

it('a schedule is looked at first when the request that chose manifests has long ended', () => {
  expect(FIRST_LOOK_AFTER_MILLIS).toBeGreaterThan(FUNCTION_TIMEOUT_SECONDS * 1000 + CLOCKS_DIFFER_MILLIS);
});

describe('whenever the schedule is looked at', () => {
  it('each hour from the choice on has one manifest, once it has closed, unless it is more than a day behind', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 * HOUR }),
        fc.array(fc.integer({ min: 1, max: 40 * HOUR }), { minLength: 1, maxLength: 20 }),
        (manifestsSince, gaps) => {
          const webhook = aWebhook({ pull: { since: 0, only: false, manifestsSince } });
          let schedule: ManifestSchedule = { tenantId: aTenantId(), webhookId: aWebhookId(), chosenAt: 0, lookAt: 0 };
          let now = manifestsSince;
          let next = Math.ceil(manifestsSince / HOUR) * HOUR;
          for (const gap of gaps) {
            now += gap;
            let step = manifestStep(schedule, webhook, now, HOUR);
            let made = 0;
            for (; step.kind === 'make'; made += 1) {
              expect(step.from).toBe(next + step.missed * HOUR);
              expect(step.until).toBeLessThanOrEqual(now - CLOSED_AFTER_MILLIS);
              expect(step.missed === 0 || now - step.from > MADE_UP_PERIODS * HOUR).toBe(true);
              next = step.until;
              schedule = afterManifest(schedule, step.until, HOUR);
              step = manifestStep(schedule, webhook, now, HOUR);
            }
            expect(made).toBeLessThanOrEqual(MADE_UP_PERIODS);
            expect(next + HOUR).toBeGreaterThan(now - CLOSED_AFTER_MILLIS);
            expect(step).toEqual({ kind: 'look-later', lookAt: next + HOUR + CLOSED_AFTER_MILLIS });
          }
        },
      ),
    );
  });
});
