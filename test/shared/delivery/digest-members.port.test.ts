/** Who waits for a digest, on the fake and on DynamoDB. */
import { expect, it } from 'vitest';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import type { DeliveryLog } from '../../../shared/delivery/delivery-log.port.ts';
import { digestName } from '../../../shared/delivery/digest.ts';
import { createDynamoDigestMembers } from '../../../shared/delivery/digest-members.dynamo.ts';
import type { DigestMembers } from '../../../shared/delivery/digest-members.port.ts';
import { ABSENT, any, PRESENT } from '../../../shared/runtime/condition.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';
import { aCanonicalFinding } from '../../builders/finding.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryDeliveryLog } from '../../fakes/memory-delivery-log.ts';
import { MemoryDigestMembers } from '../../fakes/memory-digest-members.ts';

const engines = useEngines();

const PORTS: Readonly<Record<string, () => { log: DeliveryLog; members: DigestMembers }>> = {
  'in memory': () => {
    const log = new MemoryDeliveryLog();
    return { log, members: new MemoryDigestMembers(log) };
  },
  'on DynamoDB': () => {
    const { dynamo, tables } = engines();
    return {
      log: createDynamoDeliveryLog(dynamo, tables.deliveryLog),
      members: createDynamoDigestMembers(dynamo, tables.deliveryLog),
    };
  },
};

it.each(Object.keys(PORTS))('are listed and read by their digest alone: %s', async (kind) => {
  const { log, members } = PORTS[kind]?.() ?? { log: new MemoryDeliveryLog(), members: undefined };
  if (members === undefined) {
    throw new Error('no such port');
  }
  const { tenantId, webhookId } = aDeliveryRow();
  const [mine, other] = [1_795_428_000_000, 1_795_431_600_000].map((endsAt) => digestName(tenantId, webhookId, endsAt));
  if (mine === undefined || other === undefined) {
    throw new Error('two digests');
  }
  const rowOf = (id: string, digest = mine, status: 'pending' | 'delivered' = 'pending') => {
    const { deliveryId, finding } = aDeliveryMessage({ finding: aCanonicalFinding({ id: `${kind} ${id}` }) });
    const joined = { digestId: digest.digestId, digestEndsAt: digest.endsAt };
    return aDeliveryRow({ deliveryId, finding, status, lastAttempt: 0, ...joined });
  };
  const waiting = ['a', 'b', 'c'].map((id) => rowOf(id));
  const rows = [...waiting, rowOf('over', mine, 'delivered'), rowOf('of another', other)];
  for (const row of rows) {
    await log.write(tenantId, { row, when: any(ABSENT, PRESENT) });
  }
  const ids = waiting.map(({ deliveryId }) => deliveryId).sort();
  expect([...(await members.list(tenantId, webhookId, mine.digestId, 10))].sort()).toEqual(ids);
  expect(await members.list(tenantId, webhookId, mine.digestId, 2)).toHaveLength(2);
  const read = await members.read(tenantId, webhookId, [...ids, digestName(tenantId, webhookId, 1).digestId]);
  expect(read.map(({ deliveryId }) => deliveryId).sort()).toEqual(ids);
});
