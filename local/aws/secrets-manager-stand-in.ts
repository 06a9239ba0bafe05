/** The part of Secrets Manager that the service uses, in memory, and listing, for whoever looks around. */
import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError, type Engine, type Input, jsonEngine, textOf } from './engine.ts';

interface Version {
  readonly versionId: string;
  readonly secretString: string;
  readonly createdAtSeconds: number;
}

interface Secret {
  readonly arn: string;
  readonly name: string;
  /** Oldest first: the last is current, the one before it previous; all stay readable by id. */
  readonly versions: Version[];
  deletedAtSeconds?: number;
}

export function createSecretsManagerStandIn(account: string, region: string): Engine {
  const secrets = new Map<string, Secret>();

  return jsonEngine({
    CreateSecret(input) {
      const name = required(input, 'Name');
      const versionId = textOf(input, 'ClientRequestToken') ?? randomUUID();
      const existing = secrets.get(name);
      if (existing !== undefined) {
        const repeated = existing.versions.find((version) => version.versionId === versionId);
        if (repeated?.secretString !== textOf(input, 'SecretString')) {
          throw new AwsError(
            'ResourceExistsException',
            `The operation failed because the secret ${name} already exists.`,
          );
        }
        return { ARN: existing.arn, Name: name, VersionId: versionId };
      }
      // Six characters that keep the ARN of a re-created secret apart from its predecessor's, as in AWS.
      const suffix = randomBytes(3).toString('hex');
      const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;
      const secret: Secret = { arn, name, versions: [] };
      addVersion(secret, versionId, input);
      secrets.set(name, secret);
      return { ARN: arn, Name: name, VersionId: versionId };
    },

    PutSecretValue(input) {
      const secret = usable(input);
      const versionId = textOf(input, 'ClientRequestToken') ?? randomUUID();
      addVersion(secret, versionId, input);
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId, VersionStages: ['AWSCURRENT'] };
    },

    GetSecretValue(input) {
      const secret = usable(input);
      const version = findVersion(secret, textOf(input, 'VersionId'), textOf(input, 'VersionStage'));
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.versionId,
        VersionStages: stagesOf(secret, version),
        SecretString: version.secretString,
        CreatedDate: version.createdAtSeconds,
      };
    },

    DeleteSecret(input) {
      const secret = find(input);
      const now = nowSeconds();
      if (input['ForceDeleteWithoutRecovery'] === true) {
        secrets.delete(secret.name);
      } else {
        secret.deletedAtSeconds = now;
      }
      return { ARN: secret.arn, Name: secret.name, DeletionDate: now };
    },

    ListSecrets() {
      return { SecretList: [...secrets.values()].map(({ arn, name }) => ({ ARN: arn, Name: name })) };
    },
  });

  function find(input: Input): Secret {
    const id = required(input, 'SecretId');
    const secret = secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id);
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  function usable(input: Input): Secret {
    const secret = find(input);
    if (secret.deletedAtSeconds !== undefined) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }
}

/** The same token with the same value is a repetition and changes nothing; with another value it is a mistake. */
function addVersion(secret: Secret, versionId: string, input: Input): void {
  const secretString = required(input, 'SecretString');
  const known = secret.versions.find((version) => version.versionId === versionId);
  if (known === undefined) {
    secret.versions.push({ versionId, secretString, createdAtSeconds: nowSeconds() });
  } else if (known.secretString !== secretString) {
    throw new AwsError(
      'ResourceExistsException',
      "You can't use ClientRequestToken for a secret version that already exists with other contents.",
    );
  }
}

function findVersion(secret: Secret, versionId: string | undefined, stage: string | undefined): Version {
  const wantedStage = versionId === undefined ? (stage ?? 'AWSCURRENT') : stage;
  const version = secret.versions.find(
    (candidate) =>
      (versionId === undefined || candidate.versionId === versionId) &&
      (wantedStage === undefined || stagesOf(secret, candidate).includes(wantedStage)),
  );
  if (version === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${
        versionId === undefined ? `staging label: ${wantedStage}` : `VersionId: ${versionId}`
      }`,
    );
  }
  return version;
}

function stagesOf({ versions }: Secret, version: Version): readonly string[] {
  const age = versions.length - 1 - versions.indexOf(version);
  return [['AWSCURRENT'], ['AWSPREVIOUS']][age] ?? [];
}

function required(input: Input, name: string): string {
  const value = textOf(input, name);
  if (value === undefined || value === '') {
    throw new AwsError('InvalidParameterException', `You must provide a value for the ${name} parameter.`);
  }
  return value;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
