/** The latest notice about each webhook, kept apart from the webhook: notices change neither its settings nor its health. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { NoticeMark } from './notice.ts';
import type { WriteOutcome } from './webhook-store.port.ts';

export interface NoticeMarks {
  /** Strongly consistent. */
  find(tenantId: TenantId, webhookId: WebhookId): Promise<NoticeMark | undefined>;

  /** Only if the stored mark is still `before`, in one step: of many events at once one gives the notice. */
  replace(
    tenantId: TenantId,
    webhookId: WebhookId,
    before: NoticeMark | undefined,
    mark: NoticeMark,
  ): Promise<WriteOutcome>;
}

/** Longer than a webhook fails before it is disabled. What is forgotten gives another notice. */
export const NOTICE_MARK_DAYS = 30;
