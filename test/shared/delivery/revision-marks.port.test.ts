import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { beginRevision, passOverResolution } from '../../../shared/delivery/revision-mark.ts';
import { createDynamoRevisionMarks, markKey } from '../../../shared/delivery/revision-marks.dynamo.ts';
import type { RevisionMarks } from '../../../shared/delivery/revision-marks.port.ts';
import type { Lifecycle } from '../../../shared/finding/lifecycle.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryRevisionMarks } from '../../fakes/memory-revision-marks.ts';

const NOW = 1_000_000_000_000;
const engines = useEngines();

const IMPLEMENTATIONS: readonly (readonly [string, () => RevisionMarks])[] = [
  ['in memory', () => new MemoryRevisionMarks()],
  ['on DynamoDB', () => createDynamoRevisionMarks(engines().dynamo, engines().tables.deliveryLog)],
];

describe.each(IMPLEMENTATIONS)('marks of revisions %s', (_where, create) => {
  const at = (marks: RevisionMarks, findingId: string) => {
    const begin = (lifecycle: Lifecycle, lease: string, nowMillis = NOW, endedLease?: string, lastAttempt = 0) =>
      marks.advance(
        aTenantId(),
        aWebhookId(),
        findingId,
        beginRevision({ message: aDeliveryMessage(), lifecycle, lastAttempt, lease }, nowMillis, endedLease),
      );
    return { begin, marks };
  };
  const updated = (revision: number): Lifecycle => ({ event: 'updated', revision });
  const resolved = (revision: number): Lifecycle => ({ event: 'resolved', revision });

  it('advance, never go back, and say what stands in the way', async () => {
    const { begin } = at(create(), 'advances');
    expect(await begin(updated(2), 'a')).toEqual({ kind: 'written' });
    expect(await begin(updated(1), 'b', NOW + 60_000)).toMatchObject({
      kind: 'refused',
      mark: { revision: 2, lease: 'a', isOpened: true, attempt: 1, deliveryId: aDeliveryMessage().deliveryId },
    });
    expect(await begin(updated(3), 'b', NOW + 60_000)).toEqual({ kind: 'written' });
  });

  it('let one attempt be made at a time', async () => {
    const { begin } = at(create(), 'one at a time');
    await begin(updated(2), 'a');
    expect(await begin(updated(3), 'b', NOW + 34_999)).toMatchObject({ kind: 'refused', mark: { lease: 'a' } });
    expect(await begin(updated(3), 'b', NOW + 1, 'of another')).toMatchObject({ kind: 'refused' });
    expect(await begin(updated(3), 'b', NOW + 1, 'a')).toEqual({ kind: 'written' });
    expect(await begin(updated(3), 'c', NOW + 2, undefined, 1)).toEqual({ kind: 'written' });
    expect(await begin(updated(4), 'd', NOW + 2 + 35_000)).toEqual({ kind: 'written' });
  });

  it('let a resolution pass only where the finding was opened', async () => {
    const { begin, marks } = at(create(), 'resolved');
    expect(await begin(resolved(2), 'a')).toEqual({ kind: 'refused', mark: undefined });
    const pass = () => marks.advance(aTenantId(), aWebhookId(), 'resolved', passOverResolution(resolved(2), NOW));
    expect([await pass(), await pass()]).toEqual([{ kind: 'written' }, { kind: 'written' }]);
    expect(await begin(updated(1), 'b')).toMatchObject({ kind: 'refused', mark: { revision: 2 } });
    expect(await begin(resolved(3), 'c')).toMatchObject({ kind: 'refused' });
    expect(await begin(updated(3), 'd')).toEqual({ kind: 'written' });
    expect(await pass()).toMatchObject({ kind: 'refused', mark: { isOpened: true } });
    expect(await begin(resolved(4), 'e', NOW + 35_000)).toEqual({ kind: 'written' });
  });

  it('are not lowered by an earlier resolution that is passed over', async () => {
    const { begin, marks } = at(create(), 'passed over');
    const pass = (revision: number) =>
      marks.advance(aTenantId(), aWebhookId(), 'passed over', passOverResolution(resolved(revision), NOW));
    expect(await pass(4)).toEqual({ kind: 'written' });
    expect(await pass(2)).toMatchObject({ kind: 'refused', mark: { revision: 4 } });
    expect(await begin(updated(3), 'a')).toMatchObject({ kind: 'refused' });
  });

  it('are kept for each finding, webhook and tenant, also of a finding with the longest id', async () => {
    const marks = create();
    const { begin } = at(marks, 'x'.repeat(2_048));
    expect(await begin(updated(2), 'a')).toEqual({ kind: 'written' });
    const change = beginRevision(
      { message: aDeliveryMessage(), lifecycle: updated(1), lastAttempt: 0, lease: 'b' },
      NOW,
    );
    const elsewhere = [
      [aTenantId(), aWebhookId(), 'another'],
      [aTenantId(), aWebhookId('wh_other'), 'x'.repeat(2_048)],
      [aTenantId('globex'), aWebhookId(), 'x'.repeat(2_048)],
    ] as const;
    for (const [tenantId, webhookId, findingId] of elsewhere) {
      expect(await marks.advance(tenantId, webhookId, findingId, change)).toEqual({ kind: 'written' });
    }
  });
});

it('a mark that cannot be read keeps its delivery on the queue', async () => {
  const { dynamo, tables } = engines();
  const Item = marshall({ ...markKey(aTenantId(), aWebhookId(), 'broken'), revision: 'two' });
  await dynamo.send(new PutItemCommand({ TableName: tables.deliveryLog, Item }));
  const change = passOverResolution({ event: 'resolved', revision: 1 }, NOW);
  const marks = createDynamoRevisionMarks(dynamo, tables.deliveryLog);
  await expect(marks.advance(aTenantId(), aWebhookId(), 'broken', change)).rejects.toBeInstanceOf(
    DependencyUnavailable,
  );
});
