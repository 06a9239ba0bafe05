/** The default format: the finding as it is, in the payload shape of Standard Webhooks. */
import type { Format } from '../format.ts';

export const format: Format = {
  id: 'json',
  urlIsCredential: false,
  render: ({ finding, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'finding.detected', timestamp: finding.detectedAt, data: finding }),
  }),
};
