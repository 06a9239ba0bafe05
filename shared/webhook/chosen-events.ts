/** Which events of a finding a webhook gets. Without a choice of its own: detections alone, as before there were others. */
import { FINDING_EVENTS, type FindingEventName } from '../finding/lifecycle.ts';
import { FIRST_PAYLOAD_VERSION, payloadVersionOf, type Versioned } from './payload-version.ts';

/** Beside detections, which every webhook gets. */
export type LaterEvent = Exclude<FindingEventName, 'detected'>;

export interface Choosing extends Versioned {
  readonly events?: readonly LaterEvent[];
}

/** A payload of version 1 cannot say which event it is, so such a webhook gets detections alone. */
export function chosenEvents(webhook: Choosing): readonly FindingEventName[] {
  const { events = [] } = payloadVersionOf(webhook) === FIRST_PAYLOAD_VERSION ? {} : webhook;
  return FINDING_EVENTS.filter((event) => event === 'detected' || events.includes(event));
}

/** Whether the order of events matters to it. */
export function hasLifecycle(webhook: Choosing): boolean {
  return chosenEvents(webhook).length > 1;
}
