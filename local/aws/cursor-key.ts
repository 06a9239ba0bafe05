/** What a deployment generates and no person ever reads: the key that signs the API's cursors. Here it ends with the system. */
import { randomBytes } from 'node:crypto';
import { CreateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { cursorKeyName } from '../../shared/topology/physical-names.ts';
import { LOCAL_STAGE } from './local-aws.ts';

const KEY_BYTES = 32;

/** Returns the secret's name. */
export async function createCursorKey(client: SecretsManagerClient): Promise<string> {
  const name = cursorKeyName(LOCAL_STAGE);
  const SecretString = randomBytes(KEY_BYTES).toString('base64url');
  await client.send(new CreateSecretCommand({ Name: name, SecretString }));
  return name;
}
