/**
 * Leaves a notice for the tenants of findings that could not be read: a count for the day, one write per tenant and batch. The
 * findings are in the DLQ by then, so a notice that fails is logged and given up: returning them would put them there twice.
 */
import { tenantOfEvent } from '../../shared/finding/tenant-of-event.schema.ts';
import type { UnreadFindingsCounter } from '../../shared/finding/unread-findings.port.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';

export interface CountUnreadDependencies {
  readonly unread: UnreadFindingsCounter;
  readonly telemetry: Pick<Telemetry<'dispatch'>, 'fail'>;
  readonly clock: Clock;
}

/** `hasWebhooks`: a tenant without any has no page on which it would look for a notice. */
export async function countUnread(
  { unread, telemetry, clock }: CountUnreadDependencies,
  bodies: readonly string[],
  hasWebhooks: (tenantId: TenantId) => Promise<boolean>,
): Promise<void> {
  const tenants = Map.groupBy(
    bodies.flatMap((body) => tenantOfEvent(body) ?? []),
    (tenantId) => tenantId,
  );
  await Promise.all(
    [...tenants].map(async ([tenantId, findings]) => {
      try {
        if (await hasWebhooks(tenantId)) {
          await unread.add(tenantId, findings.length, clock.now());
        }
      } catch (error) {
        telemetry.fail('notice.unwritten', { tenantId, findings: findings.length }, error);
      }
    }),
  );
}
