/** Findings on EventBridge, as any publisher puts them there. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../topology/findings-source.ts';
import type { FindingPublisher } from './finding-publisher.port.ts';

export function createEventBridgeFindingPublisher(client: EventBridgeClient, busName: string): FindingPublisher {
  return {
    async publish(tenantId, finding) {
      const entry = {
        EventBusName: busName,
        Source: FINDING_SOURCE,
        DetailType: FINDING_DETAIL_TYPE,
        Detail: JSON.stringify({ tenantId, finding }),
      };
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((cause: unknown) => {
        throw new DependencyUnavailable('event-bus', 'take a finding', cause);
      });
      // PutEvents answers 200 also for an entry that it refused.
      const refused = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
      if (refused !== undefined) {
        throw new DependencyUnavailable('event-bus', 'take a finding', refused.ErrorCode);
      }
    },
  };
}
