/** A Logic App that begins with "When a HTTP request is received": one flat object. It responds with 202 before it runs. */
import type { Format } from '../format.ts';
import { sentinelRecord } from '../sentinel/sentinel-record.ts';

export const format: Format = {
  id: 'sentinel-logic-app',
  urlIsCredential: true,
  render: ({ finding, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sentinelRecord(finding, deliveryId)),
  }),
};
