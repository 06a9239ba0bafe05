/** What a preview shows while the tenant has nothing to show. */
import type { Finding } from '../../shared/finding/finding.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { type DeliveryId, parseDeliveryId } from '../../shared/runtime/ids.ts';

export const SAMPLE_DELIVERY: { readonly finding: Finding; readonly deliveryId: DeliveryId } = {
  finding: SAMPLE_FINDING,
  deliveryId: sampleDeliveryId(),
};

function sampleDeliveryId(): DeliveryId {
  const deliveryId = parseDeliveryId('dlv_sample');
  if (deliveryId === undefined) {
    throw new Error('The sample has no proper id');
  }
  return deliveryId;
}
