import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { type LocalAws, type LocalAwsOptions, localClientSettings, startLocalAws } from '../../local/aws/local-aws.ts';
import { createDynamoClient } from '../../shared/runtime/dynamo-client.dynamo.ts';
import { createRequestHandler } from '../../shared/runtime/request-handler.https.ts';

export interface Engines extends LocalAws {
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly secretsManager: SecretsManagerClient;
}

/** On a busy machine the embedded engines are slower than AWS. */
const PATIENCE = { connectionTimeout: 10_000, requestTimeout: 30_000 };

/** Fresh embedded engines for the test file that calls this, gone when it ends. */
export function useEngines(options: LocalAwsOptions = {}): () => Engines {
  let engines: Engines | undefined;

  beforeAll(async () => {
    const local = await startLocalAws(0, options);
    const settings = localClientSettings(local.endpointUrl);
    engines = {
      ...local,
      dynamo: createDynamoClient({ ...settings, requestHandler: createRequestHandler(PATIENCE) }),
      sqs: new SQSClient(settings),
      secretsManager: new SecretsManagerClient(settings),
    };
  });

  afterAll(async () => {
    engines?.dynamo.destroy();
    engines?.sqs.destroy();
    engines?.secretsManager.destroy();
    await engines?.stop();
  });

  return () => {
    if (engines === undefined) {
      throw new Error('The engines run only while tests do');
    }
    return engines;
  };
}
