import type { TenantId, WebhookId } from '../../shared/domain/ids.ts';
import type { SecretReference, WebhookSecret } from '../../shared/domain/webhook.ts';
import { DependencyUnavailable } from '../../shared/ports/dependency-unavailable.ts';
import type { SecretStore } from '../../shared/ports/secret-store.ts';

export class MemorySecretStore implements SecretStore {
  readonly versions = new Map<string, Map<string, WebhookSecret>>();
  shut = false;
  #created = 0;

  async read(_tenantId: TenantId, { arn, versionId }: SecretReference): Promise<WebhookSecret> {
    const secret = this.shut ? undefined : this.versions.get(arn)?.get(versionId);
    if (secret === undefined) {
      throw new DependencyUnavailable('secret-store', 'read a version', new Error('no such version'));
    }
    return secret;
  }

  async create(tenantId: TenantId, webhookId: WebhookId, secret: WebhookSecret): Promise<SecretReference> {
    return this.#add(`arn:secret:${tenantId}/${webhookId}`, secret);
  }

  async replace(_tenantId: TenantId, { arn }: SecretReference, secret: WebhookSecret): Promise<SecretReference> {
    return this.#add(arn, secret);
  }

  async remove(_tenantId: TenantId, secretArn: string): Promise<void> {
    this.versions.delete(secretArn);
  }

  #add(arn: string, secret: WebhookSecret): SecretReference {
    this.#created += 1;
    const versionId = `version-${this.#created}`;
    const versions = this.versions.get(arn) ?? new Map<string, WebhookSecret>();
    this.versions.set(arn, versions.set(versionId, secret));
    return { arn, versionId };
  }
}
