/**
 * The versions of one secret and the staging labels that hold them. AWS may delete a version without a label once it is a
 * day old (API reference, PutSecretValue), and does so when there are a hundred. Here it goes with the next change, so that
 * code that still counts on it fails.
 */
import { AwsError } from './engine.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

export const KEPT_UNLABELLED_MILLIS = 86_400_000;

export interface SecretVersion {
  readonly versionId: string;
  readonly secretString: string;
  readonly createdAtSeconds: number;
}

/** A label is on one version at a time; a version may have several. */
export interface SecretVersions {
  /** The same id with the same value is a repetition and changes nothing; with another value it is a mistake. */
  add(version: SecretVersion, labels: readonly string[]): void;
  /** By its id, its label, or both; with neither the current one. Throws if there is none. */
  find(versionId: string | undefined, label: string | undefined): SecretVersion;
  labelsOf(versionId: string): readonly string[];
  /** Labels by version id. */
  list(): Readonly<Record<string, readonly string[]>>;
  /** As UpdateSecretVersionStage: attaches, moves or removes one label. */
  move(label: string, fromVersionId: string | undefined, toVersionId: string | undefined): void;
}

export function createSecretVersions(nowSeconds: () => number): SecretVersions {
  const versions = new Map<string, SecretVersion>();
  const versionOfLabel = new Map<string, string>();

  return {
    add(version, labels) {
      const known = versions.get(version.versionId);
      if (known === undefined) {
        versions.set(version.versionId, version);
        attach(labels, version.versionId);
      } else if (known.secretString !== version.secretString) {
        throw new AwsError(
          'ResourceExistsException',
          "You can't use ClientRequestToken for a secret version that already exists with other contents.",
        );
      }
    },

    find(versionId, label) {
      const wantedLabel = versionId === undefined ? (label ?? CURRENT) : label;
      const version = [...versions.values()].find(
        (candidate) =>
          (versionId === undefined || candidate.versionId === versionId) &&
          (wantedLabel === undefined || versionOfLabel.get(wantedLabel) === candidate.versionId),
      );
      if (version === undefined) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for ${
            versionId === undefined ? `staging label: ${wantedLabel}` : `VersionId: ${versionId}`
          }`,
        );
      }
      return version;
    },

    labelsOf,

    list: () => Object.fromEntries([...versions.keys()].map((versionId) => [versionId, labelsOf(versionId)])),

    move(label, fromVersionId, toVersionId) {
      const holder = versionOfLabel.get(label);
      for (const versionId of [fromVersionId, toVersionId]) {
        if (versionId !== undefined && !versions.has(versionId)) {
          throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the version ${versionId}.`);
        }
      }
      if (fromVersionId !== undefined && fromVersionId !== holder) {
        throw new AwsError('InvalidParameterException', `Version ${fromVersionId} does not have the label ${label}.`);
      }
      if (toVersionId === undefined) {
        remove(label, fromVersionId);
        return;
      }
      if (holder !== undefined && holder !== toVersionId && fromVersionId === undefined) {
        throw new AwsError(
          'InvalidParameterException',
          `The label ${label} is on version ${holder}: name it in RemoveFromVersionId to move the label away.`,
        );
      }
      attach([label], toVersionId);
    },
  };

  function labelsOf(versionId: string): readonly string[] {
    return [...versionOfLabel].filter(([, holder]) => holder === versionId).map(([label]) => label);
  }

  /** Where the current label leaves, the previous one comes. */
  function attach(labels: readonly string[], versionId: string): void {
    const replaced = versionOfLabel.get(CURRENT);
    for (const label of labels) {
      versionOfLabel.set(label, versionId);
    }
    if (replaced !== undefined && replaced !== versionOfLabel.get(CURRENT)) {
      versionOfLabel.set(PREVIOUS, replaced);
    }
    forgetUnlabelled();
  }

  function remove(label: string, fromVersionId: string | undefined): void {
    if (fromVersionId === undefined) {
      throw new AwsError('InvalidParameterException', 'Name a version to move the label to, or to remove it from.');
    }
    if (label === CURRENT) {
      throw new AwsError('InvalidParameterException', `The label ${CURRENT} can be moved, but not removed.`);
    }
    versionOfLabel.delete(label);
    forgetUnlabelled();
  }

  function forgetUnlabelled(): void {
    const labelled = new Set(versionOfLabel.values());
    for (const { versionId, createdAtSeconds } of versions.values()) {
      if (!labelled.has(versionId) && (nowSeconds() - createdAtSeconds) * 1000 >= KEPT_UNLABELLED_MILLIS) {
        versions.delete(versionId);
      }
    }
  }
}
