import type { Announcement } from '../../shared/domain/announcement.ts';
import type { TenantId } from '../../shared/domain/ids.ts';
import type { Announcer } from '../../shared/ports/announcer.ts';
import { DependencyUnavailable } from '../../shared/ports/dependency-unavailable.ts';

export class RecordingAnnouncer implements Announcer {
  readonly announcements: (Announcement & { readonly tenantId: TenantId })[] = [];
  shut = false;

  async announce(tenantId: TenantId, announcement: Announcement): Promise<void> {
    if (this.shut) {
      throw new DependencyUnavailable('event-bus', 'take an announcement', new Error('shut by the test'));
    }
    this.announcements.push({ tenantId, ...announcement });
  }
}
