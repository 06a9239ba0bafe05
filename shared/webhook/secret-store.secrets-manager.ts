/** The webhooks' secrets in Secrets Manager. Versions are read by id, so what was read once is kept. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { BoundedCache } from '../runtime/bounded-cache.ts';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import type { SecretReader, SecretStore } from './secret-store.port.ts';
import type { SecretReference, WebhookSecret } from './webhook.ts';
import { parseWebhookSecret, serializeWebhookSecret } from './webhook-secret.schema.ts';

/** Of the function's 512 MB: the secrets of some ten thousand webhooks. One may have as much as Secrets Manager takes, 64 KB. */
const MAX_CACHED_BYTES = 32 * 1024 * 1024;

/** What an entry takes besides its text, roughly: its key, its promise, its object. */
const ENTRY_BYTES = 1_024;

interface FetchedSecret {
  readonly secret: WebhookSecret;
  readonly bytes: number;
}

export function createSecretsManagerSecretReader(
  client: SecretsManagerClient,
  maxCachedBytes: number = MAX_CACHED_BYTES,
): SecretReader {
  const cached = new BoundedCache<string, Promise<WebhookSecret>>(maxCachedBytes);

  return {
    /** Ten deliveries that ask for a new version at once cost one call. */
    read(_tenantId, reference) {
      const key = `${reference.arn}\n${reference.versionId}`;
      const known = cached.get(key);
      if (known !== undefined) {
        return known;
      }
      const fetching = fetchSecret(client, reference);
      const reading = fetching.then(({ secret }) => secret);
      cached.set(key, reading, ENTRY_BYTES);
      // How much it is shows when it is there.
      fetching.then(
        ({ bytes }) => cached.set(key, reading, ENTRY_BYTES + bytes),
        () => cached.delete(key),
      );
      return reading;
    },
  };
}

/**
 * Secrets Manager may delete a version that has no staging label and is older than a day (API reference, PutSecretValue).
 * `AWSCURRENT` and `AWSPREVIOUS` go to the two latest versions, whichever is in use: two rotations that break off before the
 * webhook names their version would leave the one in use without a label. So it gets one of its own. A version that is
 * about to come into use needs none: it does within the seconds of an invocation.
 */
const IN_USE = 'THALIAN_IN_USE';

/** `namePrefix` separates the stages; the functions' permissions name it too. */
export function createSecretsManagerSecretStore(client: SecretsManagerClient, namePrefix: string): SecretStore {
  const nameOf = (tenantId: TenantId, webhookId: WebhookId) => `${namePrefix}${tenantId}/${webhookId}`;

  async function putVersion(id: string, versionId: string, secret: WebhookSecret): Promise<SecretReference> {
    const command = new PutSecretValueCommand({
      SecretId: id,
      SecretString: serializeWebhookSecret(secret),
      // Becomes the version's id.
      ClientRequestToken: versionId,
    });
    return toReference(await client.send(command).catch(unavailable('store a new version')));
  }

  async function markInUse({ arn, versionId }: SecretReference): Promise<void> {
    const description = await client
      .send(new DescribeSecretCommand({ SecretId: arn }))
      .catch(unavailable('describe a secret'));
    const versions = Object.entries(description.VersionIdsToStages ?? {});
    const marked = versions.find(([, stages]) => stages.includes(IN_USE))?.[0];
    if (marked !== versionId) {
      const command = new UpdateSecretVersionStageCommand({
        SecretId: arn,
        VersionStage: IN_USE,
        MoveToVersionId: versionId,
        RemoveFromVersionId: marked,
      });
      await client.send(command).catch((error: unknown) => {
        // Another request has moved it meanwhile: to this version too, or to one that has come into use just now.
        if (!(error instanceof InvalidParameterException)) {
          throw new DependencyUnavailable('secret-store', 'mark the version in use', error);
        }
      });
    }
  }

  return {
    ...createSecretsManagerSecretReader(client),

    async create(tenantId, webhookId, versionId, secret) {
      const command = new CreateSecretCommand({
        Name: nameOf(tenantId, webhookId),
        SecretString: serializeWebhookSecret(secret),
        ClientRequestToken: versionId,
      });
      const created = await client.send(command).catch((error: unknown) => {
        if (error instanceof ResourceExistsException) {
          return undefined;
        }
        throw new DependencyUnavailable('secret-store', 'create a secret', error);
      });
      return created === undefined ? putVersion(nameOf(tenantId, webhookId), versionId, secret) : toReference(created);
    },

    async replace(_tenantId, inUse, versionId, secret) {
      await markInUse(inUse);
      return putVersion(inUse.arn, versionId, secret);
    },

    async remove(tenantId, webhookId) {
      const SecretId = nameOf(tenantId, webhookId);
      try {
        // Asked first: a forced deletion succeeds also where there is nothing to delete (API reference, DeleteSecret).
        await client.send(new DescribeSecretCommand({ SecretId }));
        await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
        return true;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) {
          return false;
        }
        throw new DependencyUnavailable('secret-store', 'delete a secret', error);
      }
    },
  };
}

async function fetchSecret(client: SecretsManagerClient, reference: SecretReference): Promise<FetchedSecret> {
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: reference.arn, VersionId: reference.versionId }))
    .catch(unavailable('read a version'));
  const text = SecretString ?? '';
  const parsed = parseWebhookSecret(text);
  if (parsed.kind === 'rejected') {
    throw new DependencyUnavailable('secret-store', 'give a readable value', parsed.reason);
  }
  // Two bytes a character, at most.
  return { secret: parsed.secret, bytes: 2 * text.length };
}

function toReference({
  ARN,
  VersionId,
}: {
  ARN?: string | undefined;
  VersionId?: string | undefined;
}): SecretReference {
  if (ARN === undefined || VersionId === undefined) {
    throw new DependencyUnavailable('secret-store', 'name the version it stored', undefined);
  }
  return { arn: ARN, versionId: VersionId };
}

function unavailable(operation: string) {
  return (cause: unknown): never => {
    throw new DependencyUnavailable('secret-store', operation, cause);
  };
}
