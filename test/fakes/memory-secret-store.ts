import type { TenantId, WebhookId } from '../../shared/domain/ids.ts';
import type { SecretReference, WebhookSecret } from '../../shared/domain/webhook.ts';
import { DependencyUnavailable } from '../../shared/ports/dependency-unavailable.ts';
import type { SecretStore } from '../../shared/ports/secret-store.ts';

/**
 * As harsh as Secrets Manager may be: a version is gone as soon as nothing keeps it, which only the two latest have for
 * free, and the one that was said to be in use.
 */
export class MemorySecretStore implements SecretStore {
  /** By ARN, then by version; the oldest first. */
  readonly versions = new Map<string, Map<string, WebhookSecret>>();
  shut = false;

  async read(_tenantId: TenantId, { arn, versionId }: SecretReference): Promise<WebhookSecret> {
    const secret = this.shut ? undefined : this.versions.get(arn)?.get(versionId);
    if (secret === undefined) {
      throw new DependencyUnavailable('secret-store', 'read a version', new Error('no such version'));
    }
    return secret;
  }

  async create(
    tenantId: TenantId,
    webhookId: WebhookId,
    versionId: string,
    secret: WebhookSecret,
  ): Promise<SecretReference> {
    return this.#add({ arn: arnOf(tenantId, webhookId), versionId }, secret);
  }

  async replace(
    _tenantId: TenantId,
    inUse: SecretReference,
    versionId: string,
    secret: WebhookSecret,
  ): Promise<SecretReference> {
    return this.#add({ arn: inUse.arn, versionId }, secret, inUse.versionId);
  }

  async remove(tenantId: TenantId, webhookId: WebhookId): Promise<boolean> {
    return this.versions.delete(arnOf(tenantId, webhookId));
  }

  #add(reference: SecretReference, secret: WebhookSecret, inUse?: string): SecretReference {
    const { arn, versionId } = reference;
    const versions = [...(this.versions.get(arn) ?? []), [versionId, secret] as const];
    const kept = versions.filter(([id], index) => id === inUse || index >= versions.length - 2);
    this.versions.set(arn, new Map(kept));
    return reference;
  }
}

function arnOf(tenantId: TenantId, webhookId: WebhookId): string {
  return `arn:secret:${tenantId}/${webhookId}`;
}
