/** The webhooks' secrets of a stage, by name: of which tenant and webhook, and since when. Values are not read. */
import { paginateListSecrets, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseTenantId, parseWebhookId, type TenantId, type WebhookId } from '../../shared/runtime/ids.ts';
import type { WebhookStore } from '../../shared/webhook/webhook-store.port.ts';

export interface NamedSecret {
  readonly name: string;
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

/** A value is stored before the webhook that names it: of a secret this young the webhook may be on its way. */
const SETTLED_AFTER_MILLIS = 60 * 60 * 1000;

/** The cursor key, whose name has one segment below the prefix, is none of them. */
export async function listStageSecrets(
  client: SecretsManagerClient,
  prefix: string,
  tenantId?: TenantId,
): Promise<readonly NamedSecret[]> {
  const start = tenantId === undefined ? prefix : `${prefix}${tenantId}/`;
  // The filter takes a prefix and splits it into words: what it lets through is looked at again.
  const pages = paginateListSecrets({ client }, { Filters: [{ Key: 'name', Values: [start] }] });
  const found: NamedSecret[] = [];
  for await (const { SecretList = [] } of pages) {
    for (const { Name: name = '', LastChangedDate: changed, CreatedDate: created } of SecretList) {
      const secret = name.startsWith(start) ? toNamed(name, prefix, changed ?? created) : undefined;
      found.push(...(secret === undefined ? [] : [secret]));
    }
  }
  return found;
}

export async function orphansAmong(
  secrets: readonly NamedSecret[],
  webhooks: Pick<WebhookStore, 'find'>,
  nowMillis: number,
): Promise<readonly NamedSecret[]> {
  const orphans: NamedSecret[] = [];
  for (const secret of secrets) {
    const isSettled = secret.changedAt + SETTLED_AFTER_MILLIS <= nowMillis;
    if (isSettled && (await webhooks.find(secret.tenantId, secret.webhookId)) === undefined) {
      orphans.push(secret);
    }
  }
  return orphans;
}

function toNamed(name: string, prefix: string, changed: Date | undefined): NamedSecret | undefined {
  const [tenant = '', webhook = '', ...more] = name.slice(prefix.length).split('/');
  const [tenantId, webhookId] = [parseTenantId(tenant), parseWebhookId(webhook)];
  return tenantId === undefined || webhookId === undefined || more.length > 0
    ? undefined
    : { name, tenantId, webhookId, changedAt: changed?.getTime() ?? Number.POSITIVE_INFINITY };
}
