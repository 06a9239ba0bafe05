/** The bus on which the service says what others may have to act on. At least once, in no order. */
import type { Announcement } from '../domain/announcement.ts';
import type { TenantId } from '../domain/ids.ts';

export interface Announcer {
  announce(tenantId: TenantId, announcement: Announcement): Promise<void>;
}
