/** Places among a webhook's failures, for the log's list of them and for the bulk retry. */

import { type CursorScope, openCursor, sealCursor } from '../../../shared/api/cursor.ts';
import type { FailurePosition } from '../../../shared/delivery/delivery-history.port.ts';
import { parseDeliveryId } from '../../../shared/runtime/ids.ts';

export interface FailureRequest extends CursorScope {
  readonly status: 'failed' | 'held';
}

export function sealFailureCursor(key: string, scope: CursorScope, { failedAt, deliveryId }: FailurePosition): string {
  return sealCursor(key, scope, [String(failedAt), deliveryId]);
}

export function openFailureCursor(key: string, scope: CursorScope, cursor: string): FailurePosition | undefined {
  const [failedAt = '', id = ''] = openCursor(key, scope, cursor) ?? [];
  const deliveryId = parseDeliveryId(id);
  return deliveryId && { failedAt: Number(failedAt), deliveryId };
}
