/**
 * A manifest on its way to the webhook that it is about: a delivery like any other. Its finding is what people and older versions
 * see of it; the manifest itself travels in the finding's JSON, as a member that no finding has, so that row, messages, retries
 * and redrives carry both without knowing of it. Its delivery id is a hash over webhook and span: every worker that makes the manifest of
 * a span, and however often, makes the same delivery.
 */
import type { CanonicalFinding, Finding } from '../finding/finding.ts';
import type { ManifestContent } from '../finding/manifest-content.ts';
import { canonicalJson } from '../runtime/canonical-json.ts';
import type { DeliveryId, TenantId, WebhookId } from '../runtime/ids.ts';
import type { Webhook } from '../webhook/webhook.ts';
import type { DeliveryMessage } from './delivery.ts';
import { deliveryIdOf } from './delivery-id.ts';
import type { Manifest } from './manifest.ts';
import { ATTEMPTS_PER_CYCLE } from './retry-policy.ts';

/** The member of the finding's JSON. */
export const MANIFEST_MEMBER = 'manifest';

const PLATFORM = 'thalian';
const CATEGORY = 'Webhook manifest';

/** More are counted, and not named: some 33 KB, half of what a body may have. The list has them (`GET …/events`). */
export const MOST_NAMED = 1_000;

export function manifestMessage(webhook: Webhook, manifest: Manifest, ids: ReadonlySet<DeliveryId>): DeliveryMessage {
  const { tenantId, webhookId } = webhook;
  const content = { webhookId, ...manifest, ...(ids.size <= MOST_NAMED && { ids: [...ids].sort() }) };
  const finding = manifestFinding(webhook, manifest);
  return {
    tenantId,
    webhookId,
    deliveryId: manifestDeliveryId(tenantId, webhookId, finding),
    attempt: 1,
    attemptLimit: ATTEMPTS_PER_CYCLE,
    finding: withManifest(finding, content),
  };
}

/** Of the lowest level: version 6493d20, which takes it for a finding, drops it below most thresholds. */
function manifestFinding({ webhookId, name }: Webhook, { from, until, count }: Manifest): Finding {
  const [since, ended] = [from, until].map((millis) => new Date(millis).toISOString());
  return {
    id: `manifest_${webhookId}_${since}`,
    title: `Manifest: ${count} ${count === 1 ? 'delivery' : 'deliveries'} listed from ${since} until ${ended}`,
    severity: { level: 'info', score: 0 },
    category: CATEGORY,
    description: 'What was due to this webhook in that time, for its receiver to compare with what it has.',
    affected: { type: 'asset', id: webhookId, name, originalType: 'webhook' },
    platform: PLATFORM,
    detectedAt: new Date(until).toISOString(),
    remediation: { summary: '' },
  };
}

function withManifest(finding: Finding, content: ManifestContent): CanonicalFinding {
  return canonicalJson({ ...finding, [MANIFEST_MEMBER]: { ...content } });
}

/** Over the finding's id, as of a notice, and under a word of its own: no finding and no notice has such an id. */
function manifestDeliveryId(
  tenantId: TenantId,
  webhookId: WebhookId,
  { detectedAt, id }: Pick<Finding, 'detectedAt' | 'id'>,
): DeliveryId {
  return deliveryIdOf(tenantId, webhookId, detectedAt, `manifest ${id}`);
}

/** Whether this finding, as a delivery to this webhook, is a manifest. Of others it costs a look at two texts. */
export function isManifest(
  { tenantId, webhookId }: Pick<Webhook, 'tenantId' | 'webhookId'>,
  finding: Finding,
  deliveryId: DeliveryId | undefined,
): boolean {
  return (
    finding.platform === PLATFORM &&
    finding.category === CATEGORY &&
    deliveryId === manifestDeliveryId(tenantId, webhookId, finding)
  );
}
