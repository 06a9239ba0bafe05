/** The books about notices: which marks were written, and which notices were queued. */
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import { NOTICE_EVERY_MILLIS, type NoticeMark } from '../../../shared/webhook/notice.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { count, type Tally } from './kinds.ts';
import { findingIdOf } from './revisions.ts';

interface Written {
  readonly mark: NoticeMark;
  /** As it was then. */
  readonly webhook: Webhook | undefined;
}

export class Notices {
  readonly #tally: Tally;
  /** By webhook, the latest last. */
  readonly #written = new Map<string, Written[]>();
  readonly #accepted = new Set<string>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Answers what is broken. */
  marked(tenantId: TenantId, webhookId: WebhookId, mark: NoticeMark, webhook: Webhook | undefined): string | undefined {
    const name = `${tenantId}#${webhookId}`;
    const before = this.#written.get(name) ?? [];
    this.#written.set(name, [...before, { mark, webhook }]);
    count(this.#tally, `notice: ${mark.kind}`);
    const earlier = before.findLast((written) => written.mark.kind === 'failing');
    return mark.kind === 'failing' && earlier !== undefined && mark.at < earlier.mark.at + NOTICE_EVERY_MILLIS
      ? `two notices that it fails within ${mark.at - earlier.mark.at} ms`
      : undefined;
  }

  /** Of the event with this id, about `webhookId`. Answers what is broken. */
  accepted(message: DeliveryMessage, webhookId: string, eventId: string): string | undefined {
    this.#accepted.add(`${message.tenantId} ${findingIdOf(message)}`);
    const written = this.#written.get(`${message.tenantId}#${webhookId}`) ?? [];
    if (message.webhookId === webhookId) {
      return 'a webhook reports on itself';
    }
    return written.some(({ mark }) => mark.eventId === eventId) ? undefined : 'a notice under no mark';
  }

  /** The first mark that is in force and whose notice was never queued, though nothing has changed that would explain it. */
  lost(webhookNow: (tenantId: string, webhookId: string) => Webhook | undefined): string | undefined {
    for (const [name, written] of this.#written) {
      const { mark, webhook } = written.at(-1) ?? {};
      const [tenantId = '', webhookId = ''] = name.split('#');
      const now = webhookNow(tenantId, webhookId);
      const target = now?.noticesTo && webhookNow(tenantId, now.noticesTo);
      const isAsThen = now !== undefined && now.revision === webhook?.revision && target !== undefined;
      if (mark && mark.kind !== 'disabled' && isAsThen && !this.#accepted.has(nameOfNotice(name, mark))) {
        return `${name}: the notice of ${mark.eventId} was never queued`;
      }
    }
    return undefined;
  }
}

function nameOfNotice(name: string, { eventId }: NoticeMark): string {
  const [tenantId, webhookId] = name.split('#');
  return `${tenantId} notice_${webhookId}_${eventId}`;
}
