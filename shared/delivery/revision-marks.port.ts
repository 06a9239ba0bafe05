/** The marks of the highest revision begun, one per webhook and finding. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { MarkChange, RevisionMark } from './revision-mark.ts';

export type MarkOutcome =
  | { readonly kind: 'written' }
  /** The condition does not hold for what is stored. */
  | { readonly kind: 'refused'; readonly mark: RevisionMark | undefined };

export interface RevisionMarks {
  /** Writes what the change names if its condition holds, in one step. `findingId` is any text. */
  advance(tenantId: TenantId, webhookId: WebhookId, findingId: string, change: MarkChange): Promise<MarkOutcome>;
}
