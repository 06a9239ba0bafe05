/** The findings bus, from the publisher's side. */
import type { TenantId } from '../runtime/ids.ts';
import type { Finding } from './finding.ts';

export interface FindingPublisher {
  publish(tenantId: TenantId, finding: Finding): Promise<void>;
}
