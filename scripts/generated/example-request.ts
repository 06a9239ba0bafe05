/** The request with the sample finding, as pages show it. */
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import type { DestinationForm } from '../../shared/destinations/form.ts';
import type { Format } from '../../shared/destinations/format.ts';
import { canonicalFinding } from '../../shared/finding/finding.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { parseTenantId, parseWebhookId } from '../../shared/runtime/ids.ts';

const MASK = '***';

const HEADERS_OF_ALL =
  'Beside these, it has the [headers of every request](../../../docs/receiving-webhooks.md#the-request).';

/** Without the headers that the requests of every format have; with a mask for every secret. */
export function exampleRequest(form: DestinationForm, format: Format): string {
  const credentials = Object.fromEntries(form.credentials.map(({ name }) => [name, MASK]));
  const options = Object.fromEntries(
    form.options.flatMap(({ name, required, default: fallback, example }) => {
      const value = fallback ?? (required ? example : undefined);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const url = form.url.example;
  const request = format.render({
    finding: SAMPLE_FINDING,
    deliveryId: exampleDeliveryId(),
    url,
    options,
    credentials,
  });
  const token = format.authorize === undefined ? {} : { authorization: `Bearer ${MASK}` };
  const headers = Object.entries({ ...request.headers, ...token }).map(
    ([name, value]) => `${name}: ${masked(name, value)}`,
  );
  const lines = [`${request.method} ${request.url}`, ...headers, '', JSON.stringify(JSON.parse(request.body), null, 2)];
  return ['```http', ...lines, '```', '', HEADERS_OF_ALL].join('\n');
}

/** Base64 makes one word of a name and a password, and would hide the mask. */
function masked(name: string, value: string): string {
  return name === 'authorization' ? value.replace(/ .*$/, ` ${MASK}`) : value;
}

export function exampleDeliveryId() {
  const tenantId = parseTenantId('acme');
  const webhookId = parseWebhookId('wh_example');
  if (tenantId === undefined || webhookId === undefined) {
    throw new Error('The example has no proper ids');
  }
  return deliveryIdOf(tenantId, webhookId, SAMPLE_FINDING.detectedAt, canonicalFinding(SAMPLE_FINDING));
}
