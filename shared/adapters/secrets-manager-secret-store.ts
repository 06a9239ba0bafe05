/** The webhooks' secrets in Secrets Manager. Versions are read by id, so what was read once is kept. */
import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { parseWebhookSecret, serializeWebhookSecret } from '../contract/webhook-secret.ts';
import type { SecretReference, WebhookSecret } from '../domain/webhook.ts';
import { DependencyUnavailable } from '../ports/dependency-unavailable.ts';
import type { SecretReader, SecretStore } from '../ports/secret-store.ts';

/** About 1 KB each: 2 MB at most in a function of some hundred. */
const MAX_CACHED = 2_000;

export function createSecretsManagerSecretReader(client: SecretsManagerClient): SecretReader {
  const cached = new Map<string, Promise<WebhookSecret>>();

  return {
    /** Ten deliveries that ask for a new version at once cost one call. */
    read(_tenantId, reference) {
      const key = `${reference.arn}\n${reference.versionId}`;
      const known = cached.get(key);
      if (known !== undefined) {
        return known;
      }
      const reading = fetchSecret(client, reference);
      const [oldest] = cached.keys();
      if (cached.size >= MAX_CACHED && oldest !== undefined) {
        cached.delete(oldest);
      }
      cached.set(key, reading);
      reading.catch(() => cached.delete(key));
      return reading;
    },
  };
}

/** `namePrefix` separates the stages; the functions' permissions name it too. */
export function createSecretsManagerSecretStore(client: SecretsManagerClient, namePrefix: string): SecretStore {
  return {
    ...createSecretsManagerSecretReader(client),

    async create(tenantId, webhookId, secret) {
      const command = new CreateSecretCommand({
        Name: `${namePrefix}${tenantId}/${webhookId}`,
        SecretString: serializeWebhookSecret(secret),
        ClientRequestToken: randomUUID(),
      });
      return toReference(await client.send(command).catch(unavailable('create a secret')));
    },

    async replace(_tenantId, reference, secret) {
      const command = new PutSecretValueCommand({
        SecretId: reference.arn,
        SecretString: serializeWebhookSecret(secret),
        ClientRequestToken: randomUUID(),
      });
      return toReference(await client.send(command).catch(unavailable('store a new version')));
    },

    async remove(_tenantId, secretArn) {
      const command = new DeleteSecretCommand({ SecretId: secretArn, ForceDeleteWithoutRecovery: true });
      await client.send(command).catch(unavailable('delete a secret'));
    },
  };
}

async function fetchSecret(client: SecretsManagerClient, reference: SecretReference): Promise<WebhookSecret> {
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: reference.arn, VersionId: reference.versionId }))
    .catch(unavailable('read a version'));
  const parsed = parseWebhookSecret(SecretString ?? '');
  if (parsed.kind === 'rejected') {
    throw new DependencyUnavailable('secret-store', 'give a readable value', parsed.reason);
  }
  return parsed.secret;
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
