/** The webhooks' secrets. Values go in and come out here and nowhere else. */
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { SecretReference, WebhookSecret } from './webhook.ts';

export interface SecretReader {
  /** A version never changes, so implementations may keep it for ever. */
  read(tenantId: TenantId, reference: SecretReference): Promise<WebhookSecret>;
}

/**
 * The order that keeps every webhook's secret readable: a value is stored first and named by the webhook's item then; the
 * item goes first and its secret then. A crash in between leaves an unused value, never a name without a value.
 */
export interface SecretStore extends SecretReader {
  /** The first version of a webhook's secret. One that an interrupted creation left behind is put out of use. */
  create(tenantId: TenantId, webhookId: WebhookId, versionId: string, secret: WebhookSecret): Promise<SecretReference>;

  /**
   * Adds a version. The one that is in use stays readable, and so does each that comes into use soon, whatever becomes of
   * this call and of others like it.
   */
  replace(
    tenantId: TenantId,
    inUse: SecretReference,
    versionId: string,
    secret: WebhookSecret,
  ): Promise<SecretReference>;

  /** With all versions. False if there was none. */
  remove(tenantId: TenantId, webhookId: WebhookId): Promise<boolean>;
}
