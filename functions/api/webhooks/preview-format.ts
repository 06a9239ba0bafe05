/** What a format would send of a finding that the tenant has, or of the sample. Nothing is sent, stored or changed. */

import { findingOf } from '../../../shared/api/delivery-responses.schema.ts';
import type { FormatPreview, FormatPreviewRequest } from '../../../shared/api/format-preview.schema.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { type DeliveryId, parseDeliveryId, parseWebhookId, type TenantId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_DELIVERY, type Outcome, refuse, refuseFields } from '../outcome.ts';
import { SAMPLE_DELIVERY } from '../sample-delivery.ts';
import { checkFormatFields, errorsOf, knownFormat } from './check-settings.ts';

const MASK = '***';

export async function previewFormat(
  { log }: Pick<ApiDependencies, 'log'>,
  tenantId: TenantId,
  formatId: string,
  { options: requested, finding: source }: FormatPreviewRequest,
): Promise<Outcome<FormatPreview>> {
  const known = knownFormat(formatId);
  if (known === undefined) {
    return refuse('not-found', 'There is no such format: GET /v1/formats lists them.');
  }
  const { format, form } = known;
  const options = checkFormatFields('options', form.options, requested);
  if (options.kind === 'refused') {
    return refuseFields(errorsOf(options));
  }
  const found = source === undefined ? SAMPLE_DELIVERY : await findSource(log, tenantId, source);
  if (found === undefined) {
    return NO_SUCH_DELIVERY;
  }
  const { finding, deliveryId } = found;
  const { body } = format.render({
    finding,
    deliveryId,
    url: form.url.example,
    options: options.value,
    credentials: Object.fromEntries(form.credentials.map(({ name }) => [name, MASK])),
  });
  const { id, title } = finding;
  return done({ body, bytes: Buffer.byteLength(body), finding: { id, title }, isSample: source === undefined });
}

interface Source {
  readonly finding: Finding;
  readonly deliveryId: DeliveryId;
}

async function findSource(
  log: ApiDependencies['log'],
  tenantId: TenantId,
  source: NonNullable<FormatPreviewRequest['finding']>,
): Promise<Source | undefined> {
  const webhookId = parseWebhookId(source.webhookId);
  const deliveryId = parseDeliveryId(source.deliveryId);
  const row = webhookId && deliveryId && (await log.find(tenantId, webhookId, deliveryId));
  return row && { finding: findingOf(row), deliveryId: row.deliveryId };
}
