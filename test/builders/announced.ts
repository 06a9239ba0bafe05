import type { Announcement } from '../../shared/delivery/announcement.ts';
import { serializeAnnouncement } from '../../shared/delivery/bus-event.schema.ts';
import { ANNOUNCEMENT_SOURCE } from '../../shared/topology/announcements-source.ts';
import { ANNOUNCED_MEMBER } from '../../shared/topology/findings-source.ts';
import { aTenantId } from './finding.ts';

/** The body of the message in which an announcement comes back from the bus. */
export function anAnnounced(
  announcement: Announcement,
  { id = 'evt-1', tenantId = 'acme', time = '2026-11-23T10:00:00Z' } = {},
): string {
  const { detailType, detail } = serializeAnnouncement(aTenantId(tenantId), announcement);
  const event = { version: '0', id, 'detail-type': detailType, source: ANNOUNCEMENT_SOURCE, time };
  return JSON.stringify({ [ANNOUNCED_MEMBER]: { ...event, detail: JSON.parse(detail) } });
}
