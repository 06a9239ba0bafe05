/**
 * Microsoft Sentinel by Azure Monitor's Logs Ingestion API: one row for the stream of a data collection rule. The API
 * takes no lasting credential, so a token is asked for with those of an app registration.
 */
import type { TokenRequest } from '../../http/access-token.ts';
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { belowPath, withParameter } from '../../http/destination-url.ts';
import type { Pace } from '../../webhook/pace.ts';
import type { Classification, Format, RenderInput } from '../format.ts';
import { jsonBody } from '../json-body.ts';
import { sentinelRecord } from './sentinel-record.ts';

export const DEFAULT_STREAM = 'Custom-ThalianFindings_CL';
export const DEFAULT_CLOUD = 'public';

const API_VERSION = '2023-01-01';

interface Cloud {
  readonly signInUrl: string;
  readonly scope: string;
}

const PUBLIC_CLOUD: Cloud = {
  signInUrl: 'https://login.microsoftonline.com',
  scope: 'https://monitor.azure.com/.default',
};

/** Azure's clouds by the names that the tenant chooses from. */
const CLOUDS: ReadonlyMap<string, Cloud> = new Map([
  [DEFAULT_CLOUD, PUBLIC_CLOUD],
  ['us-government', { signInUrl: 'https://login.microsoftonline.us', scope: 'https://monitor.azure.us/.default' }],
  ['china', { signInUrl: 'https://login.chinacloudapi.cn', scope: 'https://monitor.azure.cn/.default' }],
]);

export const CLOUD_NAMES: readonly string[] = [...CLOUDS.keys()];

/** Together below the 12,000 requests a minute of a data collection rule. At once, because a turn of 6 ms is not worth a wait. */
const PACE: Pace = { paceMillis: 6, burst: 1_000 };

export const format: Format = {
  id: 'sentinel',
  urlIsCredential: false,
  pace: PACE,
  render: ({ finding, lifecycle, deliveryId, url, options }) => ({
    method: 'POST',
    url: withParameter(
      belowPath(url, 'dataCollectionRules', options['ruleId'] ?? '', 'streams', options['stream'] ?? DEFAULT_STREAM),
      'api-version',
      API_VERSION,
    ),
    headers: { 'content-type': 'application/json' },
    body: jsonBody([sentinelRecord(finding, deliveryId, lifecycle)]),
  }),
  authorize,
  classify: ({ statusCode }: ReceiverResponse): Classification => ({
    kind: statusCode === 204 ? 'success' : 'failure',
  }),
};

/** The address to sign in at is among the credentials, because the client's secret goes there. */
function authorize({ options, credentials }: Pick<RenderInput, 'options' | 'credentials'>): TokenRequest {
  const cloud = CLOUDS.get(options['cloud'] ?? DEFAULT_CLOUD) ?? PUBLIC_CLOUD;
  return {
    tokenUrl: belowPath(
      credentials['signInUrl'] ?? cloud.signInUrl,
      options['directoryId'] ?? '',
      'oauth2',
      'v2.0',
      'token',
    ),
    clientId: options['clientId'] ?? '',
    clientSecret: credentials['clientSecret'] ?? '',
    scope: cloud.scope,
  };
}
