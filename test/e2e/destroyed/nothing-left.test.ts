/** After `cdk destroy` of a stage that keeps no data, and after the suite took away what it had put in: nothing is left. */
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { readOutputs } from '../deployment.ts';
import { until } from '../until.ts';

const outputs = readOutputs();

/** Before every chosen name of the stack. */
const PREFIX = outputs.ConfigTableName.replace(/config$/, '');

const LISTS: Readonly<Record<string, () => Promise<readonly (string | undefined)[]>>> = {
  table: async () => {
    const { TableNames = [] } = await new DynamoDBClient().send(
      new ListTablesCommand({ ExclusiveStartTableName: PREFIX }),
    );
    return TableNames.filter((name) => name.startsWith(PREFIX));
  },
  queue: async () => (await new SQSClient().send(new ListQueuesCommand({ QueueNamePrefix: PREFIX }))).QueueUrls ?? [],
  bus: async () => {
    const { EventBuses = [] } = await new EventBridgeClient().send(new ListEventBusesCommand({ NamePrefix: PREFIX }));
    return EventBuses.map(({ Name }) => Name);
  },
  // The stack's own, and those that the API made beside it.
  secret: async () => {
    const Filters = [{ Key: 'name' as const, Values: [outputs.SecretPrefix] }];
    const { SecretList = [] } = await new SecretsManagerClient().send(new ListSecretsCommand({ Filters }));
    return SecretList.map(({ Name }) => Name);
  },
  'user pool': async () => {
    const { UserPools = [] } = await new CognitoIdentityProviderClient().send(
      new ListUserPoolsCommand({ MaxResults: 60 }),
    );
    return UserPools.flatMap(({ Id, Name }) => (Id === outputs.UserPoolId ? [Name] : []));
  },
};

describe('a destroyed stack', () => {
  it.each(Object.entries(LISTS))('leaves no %s', async (what, list) => {
    // AWS lists a queue for up to a minute after its deletion.
    const none = await until(`every ${what} to be gone`, async () => {
      const left = await list();
      return left.length === 0 ? left : undefined;
    });
    expect(none).toEqual([]);
  });
});
