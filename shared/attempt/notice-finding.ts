/**
 * A notice about a webhook, in the shape of a finding: so every destination can show it, and it is delivered, retried and
 * logged like any other. It says what is wrong and what to do, and nothing that a receiver has said.
 */

import type { Attempt } from '../delivery/delivery.ts';
import { cutToCharacters } from '../finding/cut-text.ts';
import { FINDING_BOUNDS, type Finding } from '../finding/finding.ts';
import { isSecureLink } from '../finding/finding-link.ts';
import { CAUSE_WORDS } from '../http/failure-causes.ts';
import type { NoticeKind, NoticeWords } from '../webhook/notice.ts';
import type { Webhook } from '../webhook/webhook.ts';
import { adviceFor, failureOf } from './attempt-advice.ts';

/** What receivers tell notices from findings by: no publisher's finding has both. */
export const NOTICE_PLATFORM = 'thalian';
export const NOTICE_CATEGORY = 'Webhook notice';

export interface Notice {
  readonly kind: NoticeKind;
  readonly webhook: Webhook;
  /** Of what happened to the webhook: its id makes the notice's. */
  readonly event: { readonly id: string; readonly at: number };
  /** The latest of the delivery that was given up, where there is one and it is known. */
  readonly attempt?: Attempt | undefined;
  /** Of the page on which the webhook can be mended. */
  readonly pageUrl?: string | undefined;
}

export function noticeFinding(notice: Notice): Finding {
  const { kind, webhook, event, pageUrl } = notice;
  const { title, description, remedy } = noticeWords(notice);
  return {
    id: `notice_${webhook.webhookId}_${event.id}`,
    title: cutToCharacters(title, FINDING_BOUNDS.titleCharacters),
    severity: kind === 'working' ? { level: 'info', score: 0 } : { level: 'high', score: 80 },
    category: NOTICE_CATEGORY,
    ...(pageUrl !== undefined && isSecureLink(pageUrl) && { url: pageUrl }),
    description,
    affected: { type: 'asset', id: webhook.webhookId, name: webhook.name, originalType: 'webhook' },
    platform: NOTICE_PLATFORM,
    detectedAt: new Date(event.at).toISOString(),
    remediation: { summary: remedy },
  };
}

const RETRY_FAILED = "Then retry what has failed, on the webhook's page.";

/** For every way to tell people. */
export function noticeWords({ kind, webhook, attempt }: Pick<Notice, 'kind' | 'webhook' | 'attempt'>): NoticeWords {
  const name = `Webhook '${webhook.name}'`;
  switch (kind) {
    case 'failing':
      return {
        title: `${name} is failing: ${attempt === undefined ? 'deliveries are given up' : causeName(attempt)}`,
        description: `${sinceWhen(webhook)} its receiver has not accepted what we send, retries included. What fails is kept for 30 days. This is said once: the next notice says that it works again, or that it is disabled.`,
        remedy: `${attempt === undefined ? 'Look for the reason in its delivery log.' : adviceFor(failureOf(attempt))} ${RETRY_FAILED}`,
      };
    case 'disabled':
      return { ...disabledWords(webhook, name) };
    case 'working':
      return {
        title: `${name} works again`,
        description: 'Its receiver has accepted a delivery.',
        remedy: "Retry what failed meanwhile, on the webhook's page.",
      };
  }
}

function disabledWords({ state }: Webhook, name: string): NoticeWords {
  const description = 'Nothing is sent to it. Findings that match are held for 30 days, until it is resumed.';
  const reason = state.kind === 'disabled' ? state.reason : undefined;
  switch (reason) {
    case 'gone':
      return {
        title: `${name} is disabled: its receiver answers that the URL is gone (HTTP 410)`,
        description,
        remedy: "Give the webhook its new URL and resume it. Then retry what is held, on the webhook's page.",
      };
    case 'requested':
      return {
        title: `${name} is disabled: its receiver asked for it (webhook-delivery: disable)`,
        description,
        remedy:
          "Ask those who run the receiver for the reason. Resume the webhook when they are ready, then retry what is held, on the webhook's page.",
      };
    case 'failing':
      return {
        title: `${name} is disabled: its receiver has accepted nothing for three days`,
        description,
        remedy:
          "Mend the receiver, send a test and resume the webhook. Then retry what is held, on the webhook's page.",
      };
    case undefined:
      return {
        title: `${name} is disabled by the platform team`,
        description,
        remedy: 'Ask support for the reason. Resume the webhook once it is solved.',
      };
  }
}

function sinceWhen({ health: { failingSince } }: Webhook): string {
  return failingSince === undefined ? 'Just now' : `Since ${new Date(failingSince).toISOString()}`;
}

const REFUSED = 'its address is not allowed';

function causeName({ statusCode, error, cause }: Attempt): string {
  if (error === 'address-refused' || error === 'url-refused') {
    return REFUSED;
  }
  if (cause !== undefined && cause !== 'unknown') {
    return CAUSE_WORDS[cause].name;
  }
  return statusCode === undefined ? 'no response' : `HTTP ${statusCode}`;
}
