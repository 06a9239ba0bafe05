/**
 * Whether the tenant gets a notice about one of its webhooks. It goes by what the webhook is at this moment, not by the event
 * that made us look: events come twice, late, and 500 at once. How a notice reads and where it goes is not known here.
 */
import type { WebhookId } from '../runtime/ids.ts';
import { isUnverified } from './challenge.ts';
import type { Webhook } from './webhook.ts';

/** What a notice says of its webhook. */
export type NoticeKind = 'failing' | 'disabled' | 'working';

/** How a notice reads. */
export interface NoticeWords {
  readonly title: string;
  readonly description: string;
  /** What to do. */
  readonly remedy: string;
}

/** What made us look. */
export interface Occasion {
  readonly kind: 'failed' | 'disabled' | 'recovered';
  /** The event's own id: a duplicate has the same. */
  readonly eventId: string;
  /** The delivery failed because its address or URL may not be sent to, which the webhook's health does not count. */
  readonly isRefused?: true;
}

/** The latest notice about a webhook. Instants are epoch milliseconds. */
export interface NoticeMark {
  readonly kind: NoticeKind;
  readonly at: number;
  /** The event whose notice it is. That event alone sends it, again if a worker died before it had. */
  readonly eventId: string;
  /** Of the trouble that the latest `failing` was about: it tells one trouble from the next. */
  readonly failingSince?: number;
  /** When `failing` was the notice, the latest time. */
  readonly failingAt?: number;
}

/** A webhook that fails, works and fails again gives one notice an hour that it fails. What becomes of it is not held back. */
export const NOTICE_EVERY_MILLIS = 60 * 60 * 1000;

/** Refused addresses have no beginning and no end that is known. */
export const REFUSED_EVERY_MILLIS = 24 * 60 * 60 * 1000;

/** Looks at one webhook before its message goes back: others write its mark at the same time. */
export const NOTICE_LOOKS = 5;

/**
 * Its target, if the tenant still has it. A webhook never reports on itself, and nothing is sent by itself to an address that has yet
 * to answer its challenge.
 */
export function noticeTarget(webhook: Webhook, webhooks: readonly Webhook[]): Webhook | undefined {
  const { noticesTo, webhookId } = webhook;
  const target = noticesTo === webhookId ? undefined : webhooks.find((other) => other.webhookId === noticesTo);
  return target === undefined || isUnverified(target) ? undefined : target;
}

export function findWebhook(webhooks: readonly Webhook[], webhookId: WebhookId): Webhook | undefined {
  return webhooks.find((webhook) => webhook.webhookId === webhookId);
}

/** The mark that the notice is to be given under. Undefined: none is due. */
export function noticeDue(
  webhook: Webhook,
  mark: NoticeMark | undefined,
  occasion: Occasion,
  nowMillis: number,
): NoticeMark | undefined {
  if (mark?.eventId === occasion.eventId) {
    return mark.kind === 'disabled' && webhook.state.kind !== 'disabled' ? undefined : mark;
  }
  const kind = kindDue(webhook, mark, occasion, nowMillis);
  if (kind === undefined) {
    return undefined;
  }
  const { failingSince } = webhook.health;
  const { failingAt } = mark ?? {};
  return {
    kind,
    at: nowMillis,
    eventId: occasion.eventId,
    ...(kind === 'failing' && { failingAt: nowMillis, ...(failingSince !== undefined && { failingSince }) }),
    ...(kind !== 'failing' && failingAt !== undefined && { failingAt }),
  };
}

function kindDue(
  { state, health }: Webhook,
  mark: NoticeMark | undefined,
  { kind, isRefused }: Occasion,
  nowMillis: number,
): NoticeKind | undefined {
  switch (state.kind) {
    case 'paused':
      // By a person of the tenant, who knows.
      return undefined;
    case 'disabled':
      return kind === 'recovered' || isDisablingNoted(mark, kind, nowMillis) ? undefined : 'disabled';
    case 'enabled':
      break;
  }
  if (kind === 'recovered') {
    return mark?.kind === 'failing' && health.failingSince === undefined ? 'working' : undefined;
  }
  const isFailing = isRefused ? health.failuresInARow > 0 : health.failingSince !== undefined;
  return kind === 'disabled' || !isFailing || isFailureNoted(health.failingSince, mark, nowMillis)
    ? undefined
    : 'failing';
}

/** Deliveries that were under way still fail after it; a second disabling has an event of its own. */
function isDisablingNoted(mark: NoticeMark | undefined, kind: Occasion['kind'], nowMillis: number): boolean {
  return mark?.kind === 'disabled' && (kind === 'failed' || nowMillis < mark.at + NOTICE_EVERY_MILLIS);
}

function isFailureNoted(failingSince: number | undefined, mark: NoticeMark | undefined, nowMillis: number): boolean {
  if (mark?.failingAt === undefined) {
    return false;
  }
  if (nowMillis < mark.failingAt + NOTICE_EVERY_MILLIS) {
    return true;
  }
  return failingSince === undefined
    ? nowMillis < mark.failingAt + REFUSED_EVERY_MILLIS
    : mark.kind === 'failing' && mark.failingSince === failingSince;
}
