/** The local system from outside, as the preparation of a test needs it. */
import { basename } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect, inject } from 'vitest';
import { localClientSettings } from '../../local/aws/local-aws.ts';
import { publishLines } from '../../local/demo/publish.ts';
import { changedWebhookSchema } from '../../shared/api/webhook-responses.schema.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import type { SeverityLevel } from '../../shared/finding/severity.ts';
import { aFinding } from '../builders/finding.ts';
import type { TestTenant } from './host.ts';

let published = 0;

/** The tenant of the test file that runs. */
export function ownTenant(): TestTenant {
  const tenant = inject('tenants')[basename(expect.getState().testPath ?? '')];
  if (tenant === undefined) {
    throw new Error('This file has no tenant: `host.ts` knows the files of its folder.');
  }
  return tenant;
}

/** To the demo receiver, which behaves as the path says, or to another URL. By the API, as the tenant's administrator. */
export async function connectWebhook(
  name: string,
  path: string,
  minSeverity?: SeverityLevel,
  perMinute?: number,
): Promise<string> {
  const pace = perMinute === undefined ? {} : { pace: { perMinute } };
  const url = new URL(path, inject('stack').receiverUrl).href;
  const { id } = changedWebhookSchema.parse(
    await callApi('POST', '/v1/webhooks', { name, url, secret: { generate: true }, ...pace }),
  );
  if (minSeverity !== undefined) {
    await callApi('PUT', `/v1/webhooks/${id}/alerts`, { enabled: true, minSeverity });
  }
  return id;
}

export async function pauseWebhook(id: string): Promise<void> {
  await callApi('POST', `/v1/webhooks/${id}/pause`, {});
}

/** As the tenant's administrator. */
export async function callApi(method: string, path: string, body?: object): Promise<unknown> {
  const { apiUrl } = inject('stack');
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${ownTenant().tokens.admin}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  }
  return response.json();
}

/** Detected just now, for the tenant. */
export async function publish(overrides: Partial<Finding>): Promise<void> {
  published += 1;
  const finding = aFinding({
    id: `fnd_${process.pid}_${published}`,
    detectedAt: new Date().toISOString(),
    ...overrides,
  });
  await publishDetail({ tenantId: ownTenant().tenantId, finding });
}

/** For the tenant, and set aside: it has no title. */
export async function publishUnreadable(): Promise<void> {
  await publishDetail({ tenantId: ownTenant().tenantId, finding: { id: 'fnd_unreadable' } });
}

async function publishDetail(detail: object): Promise<void> {
  const { awsEndpointUrl, findingsBus } = inject('stack');
  const client = new EventBridgeClient(localClientSettings(awsEndpointUrl));
  await publishLines(client, findingsBus, [{ lineNumber: 1, text: JSON.stringify(detail) }]);
  client.destroy();
}
