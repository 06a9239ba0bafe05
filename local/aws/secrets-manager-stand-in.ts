/** The part of Secrets Manager that the service uses, in memory, and listing, for people who look around. */
import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError, type Engine, type Input, jsonEngine, textOf } from './engine.ts';
import { CURRENT, createSecretVersions, type SecretVersion, type SecretVersions } from './secret-versions.ts';

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAtSeconds: number;
  readonly versions: SecretVersions;
  deletedAtSeconds?: number;
}

/** `now` gives epoch milliseconds. */
export function createSecretsManagerStandIn(account: string, region: string, now: () => number = Date.now): Engine {
  const secrets = new Map<string, Secret>();
  const nowSeconds = () => Math.floor(now() / 1000);

  return jsonEngine({
    CreateSecret(input) {
      const name = required(input, 'Name');
      const version = versionOf(input, nowSeconds());
      const taken = secrets.get(name);
      if (taken !== undefined) {
        refuseUnlessRepeated(taken, version);
        return { ARN: taken.arn, Name: name, VersionId: version.versionId };
      }
      const versions = createSecretVersions(nowSeconds);
      const secret = { arn: newArn(name), name, createdAtSeconds: nowSeconds(), versions };
      secret.versions.add(version, [CURRENT]);
      secrets.set(name, secret);
      return { ARN: secret.arn, Name: name, VersionId: version.versionId };
    },

    PutSecretValue(input) {
      const { arn, name, versions } = usable(input);
      const version = versionOf(input, nowSeconds());
      versions.add(version, labelsIn(input) ?? [CURRENT]);
      const { versionId } = version;
      return { ARN: arn, Name: name, VersionId: versionId, VersionStages: versions.labelsOf(versionId) };
    },

    GetSecretValue(input) {
      const { arn, name, versions } = usable(input);
      const version = versions.find(textOf(input, 'VersionId'), textOf(input, 'VersionStage'));
      return {
        ARN: arn,
        Name: name,
        VersionId: version.versionId,
        VersionStages: versions.labelsOf(version.versionId),
        SecretString: version.secretString,
        CreatedDate: version.createdAtSeconds,
      };
    },

    /** Also of a secret that waits for its deletion. */
    DescribeSecret(input) {
      const { arn, name, createdAtSeconds, deletedAtSeconds, versions } = existing(input);
      return {
        ARN: arn,
        Name: name,
        CreatedDate: createdAtSeconds,
        VersionIdsToStages: versions.list(),
        ...(deletedAtSeconds !== undefined && { DeletedDate: deletedAtSeconds }),
      };
    },

    UpdateSecretVersionStage(input) {
      const { arn, name, versions } = usable(input);
      versions.move(
        required(input, 'VersionStage'),
        textOf(input, 'RemoveFromVersionId'),
        textOf(input, 'MoveToVersionId'),
      );
      return { ARN: arn, Name: name };
    },

    DeleteSecret(input) {
      return input['ForceDeleteWithoutRecovery'] === true ? deleteAtOnce(input) : scheduleDeletion(input);
    },

    /** All on one page. Secrets that wait for their deletion are not among them (API reference, ListSecrets). */
    ListSecrets() {
      const listed = [...secrets.values()].filter(({ deletedAtSeconds }) => deletedAtSeconds === undefined);
      return {
        SecretList: listed.map(({ arn, name, createdAtSeconds }) => ({
          ARN: arn,
          Name: name,
          CreatedDate: createdAtSeconds,
          LastChangedDate: createdAtSeconds,
        })),
      };
    },
  });

  /** Succeeds for a secret that is not there, so that a deletion can be repeated (API reference, DeleteSecret). */
  function deleteAtOnce(input: Input) {
    const secret = find(input);
    const id = required(input, 'SecretId');
    secrets.delete(secret?.name ?? id);
    return { ARN: secret?.arn ?? newArn(id), Name: secret?.name ?? id, DeletionDate: nowSeconds() };
  }

  function scheduleDeletion(input: Input) {
    const secret = usable(input);
    secret.deletedAtSeconds = nowSeconds();
    return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedAtSeconds };
  }

  function find(input: Input): Secret | undefined {
    const id = required(input, 'SecretId');
    return secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id);
  }

  function existing(input: Input): Secret {
    const secret = find(input);
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return secret;
  }

  function usable(input: Input): Secret {
    const secret = existing(input);
    if (secret.deletedAtSeconds !== undefined) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  /** Six characters keep the ARN of a re-created secret apart from its predecessor's, as in AWS. */
  function newArn(name: string): string {
    return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${randomBytes(3).toString('hex')}`;
  }
}

/** A client that tries again after a lost response sends the same token and value, and gets the same response. */
function refuseUnlessRepeated({ name, deletedAtSeconds, versions }: Secret, version: SecretVersion): void {
  if (deletedAtSeconds !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      `You can't create this secret because a secret named ${name} is already scheduled for deletion.`,
    );
  }
  if (versions.list()[version.versionId] === undefined) {
    throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
  }
  versions.add(version, []);
}

function versionOf(input: Input, createdAtSeconds: number): SecretVersion {
  return {
    versionId: textOf(input, 'ClientRequestToken') ?? randomUUID(),
    secretString: required(input, 'SecretString'),
    createdAtSeconds,
  };
}

function labelsIn(input: Input): readonly string[] | undefined {
  const labels = input['VersionStages'];
  return Array.isArray(labels) && labels.length > 0 ? labels.map(String) : undefined;
}

function required(input: Input, name: string): string {
  const value = textOf(input, name);
  if (value === undefined || value === '') {
    throw new AwsError('InvalidParameterException', `You must provide a value for the ${name} parameter.`);
  }
  return value;
}
