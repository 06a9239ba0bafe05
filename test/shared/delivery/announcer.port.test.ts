import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { localClientSettings } from '../../../local/aws/local-aws.ts';
import { announceFailure } from '../../../shared/delivery/announcement.ts';
import { createEventBridgeAnnouncer } from '../../../shared/delivery/announcer.eventbridge.ts';
import { serializeAnnouncement } from '../../../shared/delivery/bus-event.schema.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { aDeliveryRow } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';

const engines = useEngines();
const recovered = { kind: 'webhook-recovered', webhookId: aWebhookId() } as const;

describe('an announcement', () => {
  it('names tenant, webhook, delivery and reason, and nothing of the finding', () => {
    const row = aDeliveryRow({ status: 'failed', reason: 'exhausted', lastAttempt: 4 });
    const { detailType, detail } = serializeAnnouncement(aTenantId(), announceFailure(row));
    expect(detailType).toBe('Delivery Failed');
    expect(JSON.parse(detail)).toEqual({
      tenantId: 'acme',
      webhookId: 'wh_siem',
      deliveryId: row.deliveryId,
      reason: 'exhausted',
      attempts: 4,
    });
  });
});

describe('the announcer on EventBridge', () => {
  it('puts it on the bus', async () => {
    const { endpointUrl, findingsBus } = engines();
    const client = new EventBridgeClient(localClientSettings(endpointUrl));
    await createEventBridgeAnnouncer(client, findingsBus).announce(aTenantId(), recovered);
    client.destroy();
  });

  it('reports an entry that the bus refused, although the call succeeded', async () => {
    const client = new EventBridgeClient(localClientSettings(engines().endpointUrl));
    const announcing = createEventBridgeAnnouncer(client, 'no-such-bus').announce(aTenantId(), recovered);
    await expect(announcing).rejects.toBeInstanceOf(DependencyUnavailable);
    client.destroy();
  });
});
