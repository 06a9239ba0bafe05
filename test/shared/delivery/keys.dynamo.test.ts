import { describe, expect, it } from 'vitest';
import { deliveryIdBound, deliveryIdOf } from '../../../shared/delivery/delivery-id.ts';
import { DUE_SHARDS, indexAttributes } from '../../../shared/delivery/keys.dynamo.ts';
import { recordSuccess } from '../../../shared/delivery/record-attempt.ts';
import { LATE_AFTER_MILLIS } from '../../../shared/delivery/retry-cycle.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aCanonicalFinding, aFinding } from '../../builders/finding.ts';

describe('the shards of due deliveries', () => {
  it('have about as many each', () => {
    const row = aDeliveryRow({ reconcileAt: 1 });
    const perShard = 200;
    const counts = new Map<number | undefined, number>();
    for (let number = 0; number < perShard * DUE_SHARDS; number += 1) {
      const finding = aCanonicalFinding({ id: `fnd_${number}` });
      const deliveryId = deliveryIdOf(row.tenantId, row.webhookId, aFinding().detectedAt, finding);
      const { dueShard } = indexAttributes({ ...row, deliveryId });
      counts.set(dueShard, (counts.get(dueShard) ?? 0) + 1);
    }
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => counts.get(shard) ?? 0);
    // Four standard deviations of a fair draw: √(3,200 × 1/16 × 15/16) is 13.7.
    expect(Math.min(...shards)).toBeGreaterThan(perShard - 55);
    expect(Math.max(...shards)).toBeLessThan(perShard + 55);
  });
});

describe('a delivery that succeeds at once', () => {
  const message = aDeliveryMessage();
  const detectedAt = Date.parse(aFinding().detectedAt);
  const rowAt = (now: number) => recordSuccess(undefined, message, anAttempt({ statusCode: 200 }), now).row;

  it('is in no index, so that it costs one write', () => {
    expect(indexAttributes(rowAt(detectedAt + LATE_AFTER_MILLIS))).toEqual({});
  });

  it('is in the index of late ones alone if it arrived more than an hour after its detection', () => {
    const arrivedAt = detectedAt + LATE_AFTER_MILLIS + 1;
    expect(indexAttributes(rowAt(arrivedAt))).toEqual({
      lateOf: 'acme#wh_siem',
      lateKey: `${deliveryIdBound(arrivedAt)}${message.deliveryId.slice(-16)}`,
    });
  });
});
