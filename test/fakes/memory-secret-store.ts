import { KEPT_UNLABELLED_MILLIS } from '../../local/aws/secret-versions.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { SecretStore } from '../../shared/webhook/secret-store.port.ts';
import type { SecretReference, WebhookSecret } from '../../shared/webhook/webhook.ts';

/**
 * Harsher than Secrets Manager: a version of a day ago is gone with the next one stored, unless something keeps it. The two
 * latest are kept, and the one that was said to be in use.
 */
export class MemorySecretStore implements SecretStore {
  /** By ARN, then by version; the oldest first. */
  readonly versions = new Map<string, ReadonlyMap<string, WebhookSecret>>();
  /** By version id, which is given once. */
  readonly #storedAt = new Map<string, number>();
  readonly #clock: Pick<Clock, 'now'>;
  shut = false;

  /** By default no time passes. */
  constructor(clock: Pick<Clock, 'now'> = { now: () => 0 }) {
    this.#clock = clock;
  }

  async read(_tenantId: TenantId, { arn, versionId }: SecretReference): Promise<WebhookSecret> {
    const secret = this.shut ? undefined : this.versions.get(arn)?.get(versionId);
    return secret ?? unavailable('read a version', 'no such version');
  }

  async create(
    tenantId: TenantId,
    webhookId: WebhookId,
    versionId: string,
    secret: WebhookSecret,
  ): Promise<SecretReference> {
    const arn = arnOf(tenantId, webhookId);
    return this.#add({ arn, versionId }, secret, this.versions.get(arn) ?? new Map());
  }

  async replace(
    _tenantId: TenantId,
    inUse: SecretReference,
    versionId: string,
    secret: WebhookSecret,
  ): Promise<SecretReference> {
    const { arn } = inUse;
    const before = this.versions.get(arn) ?? unavailable('store a new version', 'no such secret');
    return this.#add({ arn, versionId }, secret, before, inUse.versionId);
  }

  async remove(tenantId: TenantId, webhookId: WebhookId): Promise<boolean> {
    return this.versions.delete(arnOf(tenantId, webhookId));
  }

  #add(
    reference: SecretReference,
    secret: WebhookSecret,
    before: ReadonlyMap<string, WebhookSecret>,
    inUse?: string,
  ): SecretReference {
    const { arn, versionId } = reference;
    const now = this.#clock.now();
    this.#storedAt.set(versionId, now);
    const isYoung = (id: string) => now - (this.#storedAt.get(id) ?? 0) < KEPT_UNLABELLED_MILLIS;
    const versions = [...before, [versionId, secret] as const];
    const kept = versions.filter(([id], index) => id === inUse || index >= versions.length - 2 || isYoung(id));
    this.versions.set(arn, new Map(kept));
    return reference;
  }
}

function arnOf(tenantId: TenantId, webhookId: WebhookId): string {
  return `arn:secret:${tenantId}/${webhookId}`;
}

function unavailable(operation: string, why: string): never {
  throw new DependencyUnavailable('secret-store', operation, new Error(why));
}
