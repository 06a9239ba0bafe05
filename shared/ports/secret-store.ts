/** The webhooks' secrets. Values go in and come out here and nowhere else. */
import type { TenantId, WebhookId } from '../domain/ids.ts';
import type { SecretReference, WebhookSecret } from '../domain/webhook.ts';

export interface SecretReader {
  /** A version never changes, so implementations may keep it for ever. */
  read(tenantId: TenantId, reference: SecretReference): Promise<WebhookSecret>;
}

export interface SecretStore extends SecretReader {
  create(tenantId: TenantId, webhookId: WebhookId, secret: WebhookSecret): Promise<SecretReference>;
  /** Adds a version; the one before it stays readable by its id. */
  replace(tenantId: TenantId, reference: SecretReference, secret: WebhookSecret): Promise<SecretReference>;
  remove(tenantId: TenantId, secretArn: string): Promise<void>;
}
