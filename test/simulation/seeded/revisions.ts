/**
 * The books about the events of each finding at each webhook: what was begun, what was sent, what ended as overtaken. They are
 * kept beside the marks, by the attempts alone, and say when a promise about the order of revisions is broken.
 */
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { lifecycleOf } from '../../../shared/finding/lifecycle.ts';
import { isAtOrAbove } from '../../../shared/finding/severity.ts';
import type { OutgoingRequest } from '../../../shared/http/attempt-outcome.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { Invocation } from './invocation.ts';
import { count, type Tally } from './kinds.ts';

/** One finding at one webhook. */
interface Story {
  /** The highest revision of which an attempt was begun, or that was passed over. */
  begun: number;
  /** The lowest revision begun of what opens a finding at its receiver. */
  openedFrom: number;
  /** The highest revision that was sent under the order of revisions, or not sent because nothing was. */
  sent: number;
  /** POSTs that may still be under way. */
  readonly underWay: Map<string, Invocation>;
}

/** A message or a row. */
export type EventOfFinding = Pick<DeliveryMessage, 'tenantId' | 'webhookId' | 'finding' | 'event' | 'revision'>;

export class Revisions {
  readonly #tally: Tally;
  readonly #stories = new Map<string, Story>();
  /** Deliveries that ended as superseded. */
  readonly superseded = new Set<DeliveryId>();
  /** Those of them that a later event overtook before it was begun: it waited for the same digest. */
  readonly overtakenInDigests = new Set<DeliveryId>();
  /** How many of the superseded were counted. */
  counted = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  begun(of: EventOfFinding): void {
    const { event, revision } = lifecycleOf(of);
    const story = this.#storyOf(of, findingIdOf(of));
    story.begun = Math.max(story.begun, revision);
    story.openedFrom = event === 'resolved' ? story.openedFrom : Math.min(story.openedFrom, revision);
  }

  passedOver(tenantId: TenantId, webhookId: WebhookId, findingId: string, revision: number): void {
    const story = this.#storyOf({ tenantId, webhookId }, findingId);
    story.begun = Math.max(story.begun, revision);
  }

  /** Answers what is broken. `webhook` is as the worker has read it. */
  posting(
    invocation: Invocation,
    message: DeliveryMessage,
    webhook: Webhook,
    request: OutgoingRequest,
  ): string | undefined {
    return this.sending(invocation, message.deliveryId, message, webhook) ?? brokenWords(message, webhook, request);
  }

  /** By the delivery itself, or by the digest that it is in. */
  sending(invocation: Invocation, by: DeliveryId, of: EventOfFinding, webhook: Webhook): string | undefined {
    const { event } = lifecycleOf(of);
    const later = laterEventsOf(webhook);
    if (event !== 'detected' && !later.includes(event)) {
      return `an event that the webhook did not choose: ${event}`;
    }
    this.#countSent(of, webhook);
    // A webhook that chose detections alone was promised no order.
    return later.length > 0 ? this.#brokenOrder(invocation, by, of) : undefined;
  }

  #brokenOrder(invocation: Invocation, by: DeliveryId, of: EventOfFinding): string | undefined {
    const { event, revision } = lifecycleOf(of);
    const story = this.#storyOf(of, findingIdOf(of));
    const other = [...story.underWay].find(([id, { isOver }]) => id !== by && !isOver);
    if (other !== undefined) {
      return `two events of a finding at once: ${other[0]} is under way`;
    }
    if (revision < story.sent) {
      return `revision ${revision} was sent after ${story.sent}`;
    }
    if (event === 'resolved' && story.openedFrom === Number.POSITIVE_INFINITY) {
      return 'a resolution of what was never begun';
    }
    story.sent = Math.max(story.sent, revision);
    story.underWay.set(by, invocation);
    return undefined;
  }

  #countSent(of: EventOfFinding, { alerts }: Webhook): void {
    if (findingIdOf(of).startsWith('notice_')) {
      count(this.#tally, 'notice: is sent');
    }
    const { event } = lifecycleOf(of);
    if (event === 'detected') {
      return;
    }
    count(this.#tally, `revision: ${event} is sent`);
    if (event === 'resolved' && !isAtOrAbove(JSON.parse(of.finding).severity.level, alerts.minSeverity)) {
      count(this.#tally, 'revision: resolved is sent beyond the threshold');
    }
  }

  answered(by: DeliveryId, of: EventOfFinding): void {
    this.#storyOf(of, findingIdOf(of)).underWay.delete(by);
  }

  /** Answers what is broken. `isOvertaken`: a later event of its finding waits for the same digest. */
  rowWritten(stored: DeliveryRow | undefined, row: DeliveryRow, isOvertaken: boolean): string | undefined {
    if (row.status !== 'cancelled' || stored?.status === 'cancelled') {
      return undefined;
    }
    const { event, revision } = lifecycleOf(row);
    const story = this.#storyOf(row, findingIdOf(row));
    switch (row.reason) {
      case 'superseded':
        this.superseded.add(row.deliveryId);
        count(this.#tally, stored?.lastAttempt ? 'revision: superseded after an attempt' : 'revision: superseded');
        if (story.begun <= revision && isOvertaken) {
          this.overtakenInDigests.add(row.deliveryId);
          return undefined;
        }
        return story.begun > revision ? undefined : 'superseded, and no later revision was begun';
      case 'not-detected':
        count(this.#tally, 'revision: not detected');
        // Nothing earlier may open from now on what no event would close.
        story.sent = Math.max(story.sent, revision);
        return event !== 'resolved' || story.openedFrom < revision
          ? 'kept from a webhook that got the finding'
          : undefined;
      case 'below-threshold':
      case 'not-selected':
      case 'detected-before':
        return event === 'resolved' ? 'a resolution was refused by the alert rule' : undefined;
      default:
        return undefined;
    }
  }

  #storyOf({ tenantId, webhookId }: Pick<Webhook, 'tenantId' | 'webhookId'>, findingId: string): Story {
    const name = `${tenantId}#${webhookId}#${findingId}`;
    const known = this.#stories.get(name);
    if (known !== undefined) {
      return known;
    }
    const story: Story = { begun: 0, openedFrom: Number.POSITIVE_INFINITY, sent: 0, underWay: new Map() };
    this.#stories.set(name, story);
    return story;
  }
}

/** Read off the documents, not off `chosenEvents`. */
export function laterEventsOf({ payloadVersion = 1, events = [] }: Webhook): readonly string[] {
  return payloadVersion === 1 ? [] : events;
}

export function findingIdOf({ finding }: Pick<DeliveryMessage, 'finding'>): string {
  return JSON.parse(finding).id;
}

/** What the request says of the event, where its format says it. */
function brokenWords(
  message: DeliveryMessage,
  { payloadVersion = 1, format }: Webhook,
  { headers, body }: OutgoingRequest,
): string | undefined {
  const { event, revision } = lifecycleOf(message);
  if (headers['x-thalian-event'] !== `finding.${event}`) {
    return `${event} was sent as ${headers['x-thalian-event']}`;
  }
  if (format.id !== 'json') {
    return undefined;
  }
  const { type, revision: said } = JSON.parse(body);
  const expected = payloadVersion === 1 ? undefined : revision;
  return said === expected && (payloadVersion === 1 || type === `finding.${event}`)
    ? undefined
    : `the body says ${type}, revision ${said}`;
}
