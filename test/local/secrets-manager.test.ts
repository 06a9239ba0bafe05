import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAws, localClientSettings, startLocalAws } from '../../local/aws/local-aws.ts';
import { KEPT_UNLABELLED_MILLIS } from '../../local/aws/secret-versions.ts';
import { ManualClock } from '../fakes/manual-clock.ts';

const NOT_FOUND = { name: 'ResourceNotFoundException' };
const EXISTS = { name: 'ResourceExistsException' };
const BAD_PARAMETER = { name: 'InvalidParameterException' };
const BAD_REQUEST = { name: 'InvalidRequestException' };

describe('the stand-in for Secrets Manager', () => {
  const clock = new ManualClock();
  let aws: LocalAws;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    aws = await startLocalAws(0, { secretsManagerNow: () => clock.now() });
    client = new SecretsManagerClient(localClientSettings(aws.endpointUrl));
  });
  afterAll(() => aws.stop());

  async function create(Name: string, SecretString: string, ClientRequestToken?: string) {
    const { ARN = '', VersionId = '' } = await client.send(
      new CreateSecretCommand({ Name, SecretString, ClientRequestToken }),
    );
    return { arn: ARN, versionId: VersionId };
  }

  async function put(SecretId: string, SecretString: string, ClientRequestToken?: string, VersionStages?: string[]) {
    const { VersionId = '' } = await client.send(
      new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken, VersionStages }),
    );
    return VersionId;
  }

  async function read(SecretId: string, VersionId?: string, VersionStage?: string) {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionId, VersionStage }));
    return SecretString;
  }

  async function labels(SecretId: string) {
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    return VersionIdsToStages;
  }

  function move(SecretId: string, VersionStage: string, from: string | undefined, to: string | undefined) {
    return client.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      }),
    );
  }

  const forceDelete = (SecretId: string) =>
    client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));

  it('reads by the name as by the ARN, and the current version unless another is named', async () => {
    const { arn, versionId } = await create('names', 'first');
    const second = await put(arn, 'second');
    expect(second).not.toBe(versionId);
    expect([await read('names'), await read(arn)]).toEqual(['second', 'second']);
    expect(await read('names', versionId)).toBe('first');
    expect(await read('names', undefined, 'AWSPREVIOUS')).toBe('first');
    expect(await labels(arn)).toEqual(await labels('names'));
  });

  it('takes a repeated token as the same write, and refuses it for another value', async () => {
    const token = '0'.repeat(32);
    const first = await create('tokens', 'value', token);
    expect(await create('tokens', 'value', token)).toEqual(first);
    expect(await put('tokens', 'value', token)).toBe(first.versionId);
    await expect(put('tokens', 'other', token)).rejects.toMatchObject(EXISTS);
    await expect(create('tokens', 'other', token)).rejects.toMatchObject(EXISTS);
  });

  it('refuses a name that is taken', async () => {
    await create('taken', 'value');
    await expect(create('taken', 'value')).rejects.toMatchObject(EXISTS);
    expect(await read('taken')).toBe('value');
  });

  it('does not find what was never there, what is deleted, and versions of other secrets', async () => {
    const { arn, versionId } = await create('deleted', 'value');
    await create('other', 'value');
    await expect(read('other', versionId)).rejects.toMatchObject(NOT_FOUND);
    await forceDelete(arn);
    for (const secretId of ['deleted', arn, 'never']) {
      await expect(read(secretId)).rejects.toMatchObject(NOT_FOUND);
      await expect(labels(secretId)).rejects.toMatchObject(NOT_FOUND);
      await expect(put(secretId, 'value')).rejects.toMatchObject(NOT_FOUND);
      await expect(client.send(new DeleteSecretCommand({ SecretId: secretId }))).rejects.toMatchObject(NOT_FOUND);
    }
  });

  it('lets a deletion at once be repeated, as AWS does', async () => {
    await create('twice', 'value');
    await forceDelete('twice');
    expect(await forceDelete('twice')).toMatchObject({ Name: 'twice' });
    expect(await create('twice', 'another')).toMatchObject({ arn: expect.stringContaining(':secret:twice-') });
  });

  it('withholds a secret that waits for its deletion, its name included', async () => {
    const { versionId } = await create('waiting', 'value');
    await client.send(new DeleteSecretCommand({ SecretId: 'waiting' }));
    await expect(read('waiting')).rejects.toMatchObject(BAD_REQUEST);
    await expect(put('waiting', 'another')).rejects.toMatchObject(BAD_REQUEST);
    await expect(create('waiting', 'another')).rejects.toMatchObject(BAD_REQUEST);
    await expect(move('waiting', 'kept', undefined, versionId)).rejects.toMatchObject(BAD_REQUEST);
    expect(await client.send(new DescribeSecretCommand({ SecretId: 'waiting' }))).toMatchObject({
      DeletedDate: expect.any(Date),
    });
  });

  describe('and its labels', () => {
    it('make a new version the current one, and the one before it the previous', async () => {
      const { versionId: first } = await create('rotated', 'first');
      expect(await labels('rotated')).toEqual({ [first]: ['AWSCURRENT'] });
      const second = await put('rotated', 'second');
      expect(await labels('rotated')).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
    });

    it('are all that keeps a version of a day ago: the last but two is gone', async () => {
      const { versionId: first } = await create('thrice', 'first');
      await put('thrice', 'second');
      clock.moveOn(KEPT_UNLABELLED_MILLIS);
      await put('thrice', 'third');
      await expect(read('thrice', first)).rejects.toMatchObject(NOT_FOUND);
      expect(Object.keys((await labels('thrice')) ?? {})).not.toContain(first);
    });

    it('are not needed by a younger one', async () => {
      const { versionId: first } = await create('young', 'first');
      clock.moveOn(KEPT_UNLABELLED_MILLIS - 1000);
      await put('young', 'second');
      await put('young', 'third');
      expect(await read('young', first)).toBe('first');
    });

    it('can be chosen freely, and keep a version for as long as they are on it', async () => {
      const { versionId: first } = await create('kept', 'first');
      await move('kept', 'in-use', undefined, first);
      await put('kept', 'second');
      await put('kept', 'third');
      clock.moveOn(KEPT_UNLABELLED_MILLIS);
      expect(await read('kept', first)).toBe('first');
      expect(await read('kept', undefined, 'in-use')).toBe('first');
      await move('kept', 'in-use', first, undefined);
      await expect(read('kept', first)).rejects.toMatchObject(NOT_FOUND);
    });

    it('can be given with a version, which then does not become the current one', async () => {
      const { versionId: first } = await create('prepared', 'first');
      const second = await put('prepared', 'second', undefined, ['prepared-at-1']);
      expect(await read('prepared')).toBe('first');
      expect(await labels('prepared')).toEqual({ [first]: ['AWSCURRENT'], [second]: ['prepared-at-1'] });
      await move('prepared', 'AWSCURRENT', first, second);
      expect(await read('prepared')).toBe('second');
      expect(await labels('prepared')).toEqual({
        [first]: ['AWSPREVIOUS'],
        [second]: expect.arrayContaining(['AWSCURRENT', 'prepared-at-1']),
      });
    });

    it('go back: the version that was current becomes the previous one', async () => {
      const { versionId: first } = await create('back', 'first');
      const second = await put('back', 'second');
      await move('back', 'AWSCURRENT', second, first);
      expect(await labels('back')).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPREVIOUS'] });
    });

    it('move only by naming where they are', async () => {
      const { versionId: first } = await create('careful', 'first');
      const second = await put('careful', 'second');
      await expect(move('careful', 'AWSCURRENT', undefined, first)).rejects.toMatchObject(BAD_PARAMETER);
      await expect(move('careful', 'AWSCURRENT', first, second)).rejects.toMatchObject(BAD_PARAMETER);
      await expect(move('careful', 'unknown', first, undefined)).rejects.toMatchObject(BAD_PARAMETER);
      await expect(move('careful', 'AWSCURRENT', second, 'no-such-version-'.repeat(2))).rejects.toMatchObject(
        NOT_FOUND,
      );
      expect(await labels('careful')).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
    });

    it('never leave a secret without a current version', async () => {
      const { versionId } = await create('always', 'value');
      await expect(move('always', 'AWSCURRENT', versionId, undefined)).rejects.toMatchObject(BAD_PARAMETER);
      expect(await read('always')).toBe('value');
    });
  });
});
