import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { NoticeMark } from '../../shared/webhook/notice.ts';
import type { NoticeMarks } from '../../shared/webhook/notice-marks.port.ts';
import type { WriteOutcome } from '../../shared/webhook/webhook-store.port.ts';

/** Can be shut to stand for an outage. */
export class MemoryNoticeMarks implements NoticeMarks {
  readonly marks = new Map<string, NoticeMark>();
  shut = false;

  async find(tenantId: TenantId, webhookId: WebhookId): Promise<NoticeMark | undefined> {
    this.#open();
    const mark = this.marks.get(`${tenantId}#${webhookId}`);
    return mark && { ...mark };
  }

  async replace(
    tenantId: TenantId,
    webhookId: WebhookId,
    before: NoticeMark | undefined,
    mark: NoticeMark,
  ): Promise<WriteOutcome> {
    this.#open();
    const name = `${tenantId}#${webhookId}`;
    if (this.marks.get(name)?.eventId !== before?.eventId) {
      return 'conflict';
    }
    this.marks.set(name, mark);
    return 'written';
  }

  #open(): void {
    if (this.shut) {
      throw new DependencyUnavailable('config-table', 'note a notice', new Error('shut by the test'));
    }
  }
}
