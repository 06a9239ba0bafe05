/** Messages as `dispatch` puts them on the delivery queue, each of a finding that no other has. */
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { planDeliveries } from '../../shared/delivery/plan-deliveries.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';

/** The receiver counts findings by this number. */
let made = 0;

export function madeBodies(): number {
  return made;
}

/** Of the webhooks in turn. */
export function makeBatches(
  count: number,
  batchSize: number,
  webhooks: readonly Webhook[],
): readonly (readonly string[])[] {
  return Array.from({ length: count }, () =>
    Array.from({ length: batchSize }, (_, index) => {
      made += 1;
      const webhook = webhooks[index % webhooks.length] as Webhook;
      const finding = { ...SAMPLE_FINDING, id: `fnd_load_${made}` };
      const [planned] = planDeliveries(webhook.tenantId, finding, [webhook]);
      if (planned === undefined) {
        throw new Error(`${webhook.webhookId} takes no finding`);
      }
      return serializeDeliveryMessage(planned.message);
    }),
  );
}
