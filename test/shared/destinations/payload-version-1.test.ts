/**
 * What version 6493d20 rendered, as written down by its own code: a webhook of payload version 1 gets the same bytes. Formats
 * that were changed on purpose since then are not in the list; their golden examples keep what they render now.
 */
import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../../shared/attempt/outgoing-request.schema.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { parseDeliveryId } from '../../../shared/runtime/ids.ts';
import { aWebhook } from '../../builders/webhook.ts';
import rendered from '../../vectors/rendered-by-0.1.0.json' with { type: 'json' };

describe('a webhook of payload version 1', () => {
  it('is any webhook that was connected before there were versions', () => {
    expect(rendered.length).toBeGreaterThanOrEqual(22);
    expect(new Set(rendered.map(({ format }) => format)).size).toBeGreaterThanOrEqual(12);
  });

  it.each(rendered)('gets of $format what 6493d20 rendered', ({ format: id, input, request }) => {
    const { finding, deliveryId: written, url, options, credentials } = input;
    const [format, deliveryId] = [findFormat(id), parseDeliveryId(written)];
    if (format === undefined || deliveryId === undefined) {
      throw new Error(`no format ${id}, or no delivery id ${written}`);
    }
    const built = (payloadVersion?: 1 | 2) =>
      buildRequest({
        webhook: aWebhook({
          url,
          format: { id, options: withoutGaps(options) },
          ...(payloadVersion && { payloadVersion }),
        }),
        secret: { credentials: withoutGaps(credentials), url },
        format,
        finding: finding as Parameters<typeof buildRequest>[0]['finding'],
        lifecycle: { event: 'detected', revision: 7 },
        deliveryId,
        nowMillis: 0,
      });
    for (const { method, url: sentTo, body, headers } of [built(), built(1)]) {
      expect({ method, url: sentTo, body }).toEqual({ method: request.method, url: request.url, body: request.body });
      expect(headers).toMatchObject({ ...request.headers, 'x-thalian-event': 'finding.detected' });
    }
  });
});

/** The lists have different names for each format, which JSON's type makes optional. */
function withoutGaps(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
