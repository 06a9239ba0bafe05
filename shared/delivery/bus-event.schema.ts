/** The events that the service puts on the bus, as EventBridge carries them. */

import type { TenantId } from '../runtime/ids.ts';
import type { Announcement } from './announcement.ts';

export const DETAIL_TYPES = {
  'delivery-failed': 'Delivery Failed',
  'webhook-disabled': 'Webhook Disabled',
  'webhook-recovered': 'Webhook Recovered',
  'webhook-changed': 'Webhook Changed',
} as const satisfies Readonly<Record<Announcement['kind'], string>>;

export interface BusEvent {
  readonly detailType: string;
  /** JSON. */
  readonly detail: string;
}

export function serializeAnnouncement(tenantId: TenantId, { kind, ...content }: Announcement): BusEvent {
  return { detailType: DETAIL_TYPES[kind], detail: JSON.stringify({ tenantId, ...content }) };
}
