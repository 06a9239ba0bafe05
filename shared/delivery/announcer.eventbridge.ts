/** Announcements on EventBridge. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { ANNOUNCEMENT_SOURCE } from '../topology/announcements-source.ts';
import type { Announcer } from './announcer.port.ts';
import { serializeAnnouncement } from './bus-event.schema.ts';

export function createEventBridgeAnnouncer(client: EventBridgeClient, busName: string): Announcer {
  return {
    async announce(tenantId, announcement) {
      const { detailType, detail } = serializeAnnouncement(tenantId, announcement);
      const entry = { EventBusName: busName, Source: ANNOUNCEMENT_SOURCE, DetailType: detailType, Detail: detail };
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((cause: unknown) => {
        throw new DependencyUnavailable('event-bus', 'take an announcement', cause);
      });
      // PutEvents answers 200 also for an entry that it refused.
      const refused = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
      if (refused !== undefined) {
        throw new DependencyUnavailable('event-bus', 'take an announcement', refused.ErrorCode);
      }
    },
  };
}
