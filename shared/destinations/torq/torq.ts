/**
 * Torq's webhook integration: the JSON that a workflow finds under its event. The authentication header that Torq can
 * ask for has any name and a fixed value, which is what a webhook's own headers are.
 */
import { classifyByStatus, type Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

export const format: Format = {
  id: 'torq',
  urlIsCredential: false,
  render: ({ finding, lifecycle, deliveryId, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonBody({
      type: `finding.${lifecycle?.event ?? 'detected'}`,
      revision: lifecycle?.revision,
      deliveryId,
      finding,
    }),
  }),
  classify: classifyByStatus,
};
