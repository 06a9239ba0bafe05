import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDeliveries } from '../../../shared/delivery/plan-deliveries.ts';
import { canonicalFinding } from '../../../shared/finding/finding.ts';
import { isAtOrAbove, SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';
import { aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';

const plan = (...webhooks: Parameters<typeof aWebhook>[0][]) =>
  planDeliveries(
    aTenantId(),
    aFinding(),
    webhooks.map((webhook) => aWebhook(webhook)),
  );

describe('the deliveries of a finding', () => {
  it('are one first attempt of four for every matching webhook', () => {
    const planned = plan({ webhookId: aWebhookId('wh_a') }, { webhookId: aWebhookId('wh_b') });
    expect(planned.map(({ message }) => message)).toMatchObject([
      { webhookId: 'wh_a', attempt: 1, attemptLimit: 4, finding: canonicalFinding(aFinding()) },
      { webhookId: 'wh_b', attempt: 1, attemptLimit: 4 },
    ]);
    expect(new Set(planned.map(({ message }) => message.deliveryId)).size).toBe(2);
  });

  it('leave out webhooks that are paused, have alerts off or a higher threshold', () => {
    expect(
      plan(
        { state: { kind: 'paused' } },
        { alerts: { enabled: false, minSeverity: 'info' } },
        { alerts: { enabled: true, minSeverity: 'critical' } },
      ),
    ).toEqual([]);
  });

  it('include disabled webhooks, whose findings are held', () => {
    expect(plan({ state: { kind: 'disabled', reason: 'gone' } })).toHaveLength(1);
  });

  it('never include a webhook of another tenant', () => {
    expect(plan({ tenantId: aTenantId('globex') })).toEqual([]);
  });

  it.each([
    [4, 'delivery'],
    [5, 'retry'],
  ])('of a webhook with %i failures in a row take the %s queue', (failuresInARow, queue) => {
    expect(plan({ health: { failuresInARow, exhaustedCount: 0 } })[0]?.queue).toBe(queue);
  });

  it('of a slow webhook take the retry queue', () => {
    expect(plan({ health: { failuresInARow: 0, exhaustedCount: 0, slowAt: 1 } })[0]?.queue).toBe('retry');
  });

  it('go exactly to the webhooks whose threshold the level reaches', () => {
    const level = fc.constantFrom(...SEVERITY_LEVELS);
    fc.assert(
      fc.property(level, fc.array(level, { maxLength: 8 }), (found, thresholds) => {
        const finding = aFinding({ severity: { level: found, score: 50 } });
        const webhooks = thresholds.map((minSeverity, index) =>
          aWebhook({ webhookId: aWebhookId(`wh_${index}`), alerts: { enabled: true, minSeverity } }),
        );
        const matched = planDeliveries(aTenantId(), finding, webhooks).map(({ message }) => message.webhookId);
        const expected = webhooks
          .filter(({ alerts }) => isAtOrAbove(found, alerts.minSeverity))
          .map(({ webhookId }) => webhookId);
        expect(matched).toEqual(expected);
      }),
    );
  });
});
