/** Reads the list of a webhook's events, without their bodies, as any client of the API can. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type EventListResponse,
  eventListSchema,
  type ListedEventResponse,
} from '../../shared/api/event-responses.schema.ts';

export interface EventsToRead {
  /** Of the API. */
  readonly origin: string;
  readonly token: string;
  readonly webhookId: string;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface ReadEvents {
  readonly events: readonly ListedEventResponse[];
  /** Epoch milliseconds. From where on the list has everything, and up to where it was read. */
  readonly from: number;
  readonly until: number;
}

/** A rate limit of a minute, and a deployment, are waited out. */
const TRIES = 8;
const MOST_PAUSE_SECONDS = 60;

export async function readEvents(
  request: EventsToRead,
  signal: AbortSignal,
  note: (line: string) => void,
): Promise<ReadEvents> {
  const events: ListedEventResponse[] = [];
  const first = await readPage(request, { since: request.since, until: request.until }, signal, note);
  // All pages are of one span, although the list grows meanwhile.
  const until = Math.min(Date.parse(first.settledUntil), Date.parse(request.until ?? first.settledUntil));
  const from = Math.max(Date.parse(first.listedSince), Date.parse(request.since ?? '') || 0);
  // Of an empty span everything is there, which would be no answer to the question.
  if (from >= until) {
    const [start, end] = [from, until].map((millis) => new Date(millis).toISOString());
    throw new Error(`There is nothing to compare yet: it would begin at ${start}, and the list is given up to ${end}.`);
  }
  const isOfSpan = ({ listedAt }: ListedEventResponse) => from <= Date.parse(listedAt) && Date.parse(listedAt) < until;
  let page = first;
  for (;;) {
    events.push(...page.events.filter(isOfSpan));
    note(`  ${events.length} events read`);
    if (!page.hasMore) {
      return { events, from, until };
    }
    page = await readPage(request, { after: page.nextCursor, until: new Date(until).toISOString() }, signal, note);
  }
}

async function readPage(
  { origin, token, webhookId }: EventsToRead,
  place: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  note: (line: string) => void,
): Promise<EventListResponse> {
  const given = Object.entries({ ...place, bodies: 'false' }).filter(([, value]) => value !== undefined);
  const url = new URL(`/v1/webhooks/${webhookId}/events?${new URLSearchParams(given as [string, string][])}`, origin);
  for (let tries = 1; ; tries += 1) {
    const response = await ask(url, token, signal);
    const text = await response.text();
    if (response.ok) {
      return parsePage(text);
    }
    const isForNow = response.status === 429 || response.status >= 500;
    if (!isForNow || tries === TRIES) {
      throw new Error(`The API responds ${response.status}: ${detailOf(text)}`);
    }
    const seconds = Math.min(MOST_PAUSE_SECONDS, Number(response.headers.get('retry-after')) || 2 ** tries);
    note(`  ${response.status}: once more in ${seconds} s`);
    await pause(seconds * 1000, undefined, { signal });
  }
}

async function ask(url: URL, token: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal });
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`${url.origin} cannot be reached: ${cause}`);
  }
}

function parsePage(text: string): EventListResponse {
  const parsed = eventListSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error('The response is no list of events: is --api the address of the API?');
  }
  return parsed.data;
}

/** Of a problem document; API Gateway has a message. */
function detailOf(text: string): string {
  const { detail, message } = Object(parseJson(text)) as { readonly detail?: string; readonly message?: string };
  return detail ?? message ?? 'is --api the address of the API?';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
