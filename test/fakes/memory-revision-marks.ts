import type { MarkChange, RevisionMark } from '../../shared/delivery/revision-mark.ts';
import type { MarkOutcome, RevisionMarks } from '../../shared/delivery/revision-marks.port.ts';
import { holds } from '../../shared/runtime/condition.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';

export class MemoryRevisionMarks implements RevisionMarks {
  readonly marks = new Map<string, RevisionMark>();
  /** How often it was asked. */
  calls = 0;

  async advance(
    tenantId: TenantId,
    webhookId: WebhookId,
    findingId: string,
    { set, when }: MarkChange,
  ): Promise<MarkOutcome> {
    this.calls += 1;
    const name = `${tenantId}#${webhookId}#${findingId}`;
    const mark = this.marks.get(name);
    if (!holds(when, mark)) {
      return { kind: 'refused', mark };
    }
    this.marks.set(name, { ...mark, ...set });
    return { kind: 'written' };
  }
}
