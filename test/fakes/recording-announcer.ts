import type { Announcement } from '../../shared/delivery/announcement.ts';
import type { Announcer } from '../../shared/delivery/announcer.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';

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
