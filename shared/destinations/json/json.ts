/** The default format: the finding as it is, in the payload shape of Standard Webhooks. */
import { MANIFEST_EVENT, manifestData, manifestTime } from '../../finding/manifest-content.ts';
import type { Format } from '../format.ts';
import { jsonBody } from '../json-body.ts';

export const format: Format = {
  id: 'json',
  urlIsCredential: false,
  render: ({ finding, lifecycle, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonBody({
      type: `finding.${lifecycle?.event ?? 'detected'}`,
      timestamp: finding.detectedAt,
      revision: lifecycle?.revision,
      data: finding,
    }),
  }),
  renderManifest: ({ manifest, url }) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: jsonBody({ type: MANIFEST_EVENT, timestamp: manifestTime(manifest), data: manifestData(manifest) }),
  }),
};
