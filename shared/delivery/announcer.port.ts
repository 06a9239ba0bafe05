/** The bus on which the service says what others may have to act on. At least once, in no order. */

import type { TenantId } from '../runtime/ids.ts';
import type { Announcement } from './announcement.ts';

export interface Announcer {
  announce(tenantId: TenantId, announcement: Announcement): Promise<void>;
}
