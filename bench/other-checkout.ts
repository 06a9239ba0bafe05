/** The local system of another checkout, such as an older version, started as a person starts it and reached as scripts reach it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LOCAL_STAGE, localClientSettings } from '../local/aws/local-aws.ts';
import { readStackFile, STACK_FILE_NAME, type StackDescription } from '../local/stack-file.ts';
import { createDynamoManifestSchedules } from '../shared/delivery/manifest-schedules.dynamo.ts';
import { secretPrefix } from '../shared/topology/physical-names.ts';
import { createSecretsManagerSecretStore } from '../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../shared/webhook/webhook-store.dynamo.ts';
import type { MeasuredSystem } from './local-run.ts';

const STARTED_WITHIN_MILLIS = 120_000;
const LOOK_EVERY_MILLIS = 200;

/** `checkout` is a folder with the project and its `node_modules`; `folder` is for `stack.json` and logs. */
export async function startOtherCheckout(checkout: string, folder: string): Promise<MeasuredSystem> {
  const child = spawn(process.execPath, ['local/start.ts', '--hot', '--folder', folder], {
    cwd: checkout,
    // With this name it ends when its parent does, as under npm.
    env: { PATH: process.env['PATH'], npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const ended = once(child, 'close').finally(() => process.removeListener('exit', endWithUs));
  const failure = ended.then(([exitCode]) => new Error(`The system of ${checkout} ended with exit code ${exitCode}`));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    const description = await Promise.race([
      whenDescribed(join(folder, STACK_FILE_NAME)),
      failure.then((error) => Promise.reject(error)),
    ]);
    const settings = localClientSettings(description.awsEndpointUrl);
    const dynamo = new DynamoDBClient(settings);
    return {
      description,
      clients: { dynamo, eventBridge: new EventBridgeClient(settings) },
      stores: {
        webhooks: createDynamoWebhookStore(dynamo, description.tables.config),
        manifests: createDynamoManifestSchedules(dynamo, description.tables.deliveryLog),
        secrets: createSecretsManagerSecretStore(new SecretsManagerClient(settings), secretPrefix(LOCAL_STAGE)),
      },
      failure,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function whenDescribed(stackFile: string): Promise<StackDescription> {
  const deadline = Date.now() + STARTED_WITHIN_MILLIS;
  for (;;) {
    const description = await readStackFile(stackFile);
    if (description !== undefined) {
      return description;
    }
    if (Date.now() > deadline) {
      throw new Error(`The other system has not written ${stackFile}`);
    }
    await pause(LOOK_EVERY_MILLIS);
  }
}
