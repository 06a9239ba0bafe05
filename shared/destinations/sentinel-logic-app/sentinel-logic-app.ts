/** A Logic App that begins with "When a HTTP request is received": one flat object. It responds with 202 before it runs. */
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { type Classification, classifyByStatus, type Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';
import { sentinelRecord } from '../sentinel/sentinel-record.ts';

export const format: Format = {
  id: 'sentinel-logic-app',
  urlIsCredential: true,
  render: ({ finding, lifecycle, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonBody(sentinelRecord(finding, deliveryId, lifecycle)),
  }),
  classify,
};

/** Logic Apps name the run in each of their responses, so a page that a Response action sends is theirs. */
function classify(response: ReceiverResponse): Classification {
  const isOfARun = response.headers['x-ms-workflow-run-id'] !== undefined;
  return isOfARun && response.statusCode >= 200 && response.statusCode < 300
    ? { kind: 'success' }
    : classifyByStatus(response);
}
