/** What was due to a webhook, page by page, oldest first. A page ends where the list is settled; its cursor goes on from there. */
import { type CursorScope, openCursor, sealCursor } from '../../../shared/api/cursor.ts';
import type { EventListResponse, ListedEventResponse } from '../../../shared/api/event-responses.schema.ts';
import { toInstant } from '../../../shared/api/instant.schema.ts';
import {
  type EventPosition,
  instantOf,
  keptFrom,
  type ListedEvent,
  positionOf,
  settledUntil,
} from '../../../shared/delivery/listed-event.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { FOREIGN_CURSOR } from '../deliveries/list.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse } from '../outcome.ts';
import { findingOfEvent, pulledRequest } from './pulled-request.ts';

export interface EventsRequest {
  readonly after?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit?: number | undefined;
  readonly bodies: boolean;
}

export type EventsDependencies = Pick<ApiDependencies, 'webhooks' | 'eventReader' | 'cursorKey' | 'secrets' | 'clock'>;

/** API Gateway takes 6 MB of a function, and a body may be 64 KB. */
export const MOST_PAGE_BYTES = 2 * 1024 * 1024;

export const NOT_LISTED: Refused = refuse('events-not-listed', 'Set `pull` of this webhook first: PATCH …/webhooks.');
const EXPIRED: Refused = refuse(
  'events-expired',
  'Events are kept for 30 days: read on without `after`, and take what lies between for lost to this list.',
);

/** A webhook whose events are listed. */
export async function findPulled(
  { webhooks }: Pick<ApiDependencies, 'webhooks'>,
  tenantId: TenantId,
  webhookId: WebhookId,
): Promise<Outcome<Webhook & Required<Pick<Webhook, 'pull'>>>> {
  const webhook = await webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return NO_SUCH_WEBHOOK;
  }
  const { pull } = webhook;
  return pull === undefined ? NOT_LISTED : done({ ...webhook, pull });
}

export async function listEvents(
  deps: EventsDependencies,
  tenantId: TenantId,
  webhookId: WebhookId,
  request: EventsRequest,
): Promise<Outcome<EventListResponse>> {
  const found = await findPulled(deps, tenantId, webhookId);
  if (found.kind === 'refused') {
    return found;
  }
  const webhook = found.value;
  const now = deps.clock.now();
  const scope: CursorScope = { tenantId, webhookId, list: 'events' };
  const key = await deps.cursorKey.read();
  const after = startOf(key, scope, request, now);
  if (after.kind === 'refused') {
    return after;
  }
  const until = Math.min(settledUntil(now), request.until === undefined ? now : Date.parse(request.until));
  const limit = Math.min(request.limit ?? MOST_KEYS, request.bodies ? MOST_EVENTS : MOST_KEYS);
  const page = await deps.eventReader.read(tenantId, webhookId, { after: after.value, until }, limit);
  const shown = request.bodies ? await withBodies(deps, webhook, page.events, now) : done(page.events.map(withoutBody));
  if (shown.kind === 'refused') {
    return shown;
  }
  const events = fitting(shown.value);
  const last = page.events[events.length - 1];
  const hasMore = page.isCut || events.length < page.events.length;
  const next = hasMore && last ? positionOf(last.listedAt, last.deliveryId) : later(after.value, positionOf(until));
  return done({
    events,
    nextCursor: sealCursor(key, scope, [next]),
    hasMore,
    settledUntil: toInstant(settledUntil(now)),
    listedSince: toInstant(Math.max(webhook.pull.since, keptFrom(now))),
  });
}

/** Of a page with bodies, and of one without. */
export const MOST_EVENTS = 100;
export const MOST_KEYS = 1_000;

/** Years of five digits, which a zone can make of the last of four, sort before all others. */
const LAST_IN_ORDER = Date.UTC(9999, 11, 31);

function startOf(
  key: string,
  scope: CursorScope,
  { after, since }: EventsRequest,
  nowMillis: number,
): Outcome<EventPosition> {
  if (after === undefined) {
    const from = since === undefined ? 0 : Math.min(Date.parse(since), LAST_IN_ORDER);
    return done(positionOf(Math.max(keptFrom(nowMillis), from)));
  }
  const [place = ''] = openCursor(key, scope, after) ?? [];
  const instant = instantOf(place);
  if (instant === undefined) {
    return FOREIGN_CURSOR;
  }
  return instant < keptFrom(nowMillis) ? EXPIRED : done(place);
}

/** Clocks differ: a cursor never goes back. */
function later(one: EventPosition, other: EventPosition): EventPosition {
  return one > other ? one : other;
}

async function withBodies(
  { secrets }: Pick<EventsDependencies, 'secrets'>,
  webhook: Webhook,
  events: readonly ListedEvent[],
  nowMillis: number,
): Promise<Outcome<readonly ListedEventResponse[]>> {
  const format = findFormat(webhook.format.id);
  if (format === undefined) {
    return refuse('unavailable', 'This version of the service does not know the format of this webhook.');
  }
  const secret = webhook.secret && (await secrets.read(webhook.tenantId, webhook.secret));
  return done(
    events.map((event) => ({ ...withoutBody(event), ...pulledRequest(webhook, format, secret, event, nowMillis) })),
  );
}

function withoutBody(event: ListedEvent): ListedEventResponse {
  const { id, title, severity } = findingOfEvent(event);
  return {
    id: event.deliveryId,
    listedAt: toInstant(event.listedAt),
    finding: { id, title, severity: severity.level },
  };
}

/** As many as a response can carry, and one at least. */
function fitting(events: readonly ListedEventResponse[]): ListedEventResponse[] {
  let bytes = 0;
  const end = events.findIndex((event, index) => {
    bytes += Buffer.byteLength(JSON.stringify(event));
    return index > 0 && bytes > MOST_PAGE_BYTES;
  });
  return events.slice(0, end === -1 ? events.length : end);
}
