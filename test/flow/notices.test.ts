/** A webhook in trouble, from its failed deliveries by the bus to the POST that its tenant's chat gets. */
import { describe, expect, it } from 'vitest';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import type { TargetQueue } from '../../shared/delivery/plan-deliveries.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { anAnnounced } from '../builders/announced.ts';
import { anSqsEvent, messageRecord } from '../builders/delivery.ts';
import { aFinding, aFindingEvent } from '../builders/finding.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { MemoryEventList } from '../fakes/memory-event-list.ts';
import { MemoryNoticeMarks } from '../fakes/memory-notice-marks.ts';
import { MemoryUnreadFindings } from '../fakes/memory-unread-findings.ts';
import type { Reply } from '../fakes/scripted-webhook-client.ts';
import { aSendWorld } from '../fakes/send-world.ts';

const SIEM = aWebhookId('wh_siem');
const CHAT = aWebhookId('wh_chat');
const siem = aWebhook({ webhookId: SIEM, url: 'https://siem.example/hook', noticesTo: CHAT });
const chat = aWebhook({
  webhookId: CHAT,
  url: 'https://chat.example/hook',
  alerts: { enabled: false, minSeverity: 'critical' },
});

/** `dispatch`, `send` and the bus between them; every queue is emptied, whatever the delays. */
function aService(webhooks: readonly Webhook[], replies: readonly Reply[]) {
  const world = aSendWorld({ webhooks, replies });
  const { store, log, queues, returns, telemetry, clock, announcer } = world;
  const dispatch = createDispatch({
    ...{ webhooks: store, queues, rejected: queues, returns, strays: queues, telemetry, clock, log },
    unread: new MemoryUnreadFindings(),
    notices: new MemoryNoticeMarks(),
    events: new MemoryEventList(),
  });
  let events = 0;

  async function deliver(message: DeliveryMessage, queue: TargetQueue): Promise<void> {
    expect(await world.receive(messageRecord(message, { queue }))).toEqual([]);
    for (const { message: next, delaySeconds } of queues.retries.splice(0)) {
      clock.moveOn(delaySeconds * 1_000);
      await deliver(next, 'retry');
    }
  }

  return {
    ...world,
    async publish(id: string): Promise<void> {
      let bodies: readonly string[] = [aFindingEvent({ tenantId: 'acme', finding: aFinding({ id }) })];
      while (bodies.length > 0) {
        await dispatch(anSqsEvent(...bodies.map((body) => ({ body }))));
        for (const { message, queue } of queues.planned.splice(0)) {
          await deliver(message, queue);
        }
        bodies = announcer.announcements.splice(0).map(({ tenantId, ...announcement }) => {
          events += 1;
          return anAnnounced(announcement, { id: `evt-${events}`, tenantId });
        });
      }
    },
    postsTo: (host: string) => world.client.requests.filter(({ url }) => new URL(url).host === host),
  };
}

describe('a webhook whose receiver refuses the credentials', () => {
  it('is told about once in the chat, whose own alerts are off, and again when it works', async () => {
    const service = aService([siem, chat], [401, 401, 401, 401, 204, 401, 401, 401, 401, 200, 204]);
    await service.publish('fnd_1');
    expect(service.postsTo('siem.example')).toHaveLength(4);
    const [first] = service.postsTo('chat.example');
    expect(JSON.parse(String(first?.body)).data).toMatchObject({
      title: "Webhook 'SIEM' is failing: HTTP 401",
      remediation: { summary: expect.stringContaining("check the webhook's secret") },
    });
    await service.publish('fnd_2');
    expect(service.postsTo('siem.example')).toHaveLength(8);
    expect(service.postsTo('chat.example')).toHaveLength(1);
    await service.publish('fnd_3');
    expect(service.postsTo('chat.example').map(({ body }) => JSON.parse(String(body)).data.title)).toEqual([
      "Webhook 'SIEM' is failing: HTTP 401",
      "Webhook 'SIEM' works again",
    ]);
  });

  it('and one that names it, failing too, come to an end', async () => {
    const both = [siem, { ...chat, alerts: siem.alerts, noticesTo: SIEM }];
    const service = aService(
      both,
      Array.from({ length: 100 }, () => 500),
    );
    await service.publish('fnd_1');
    // Each has the finding and the notice about the other, four attempts of each.
    expect(service.postsTo('siem.example')).toHaveLength(8);
    expect(service.postsTo('chat.example')).toHaveLength(8);
  });
});
