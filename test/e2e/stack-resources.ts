/** What a stack consists of, by logical id, and which parts of it hold something that a replacement would lose. */
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A table that is replaced under its name is another one, and empty: its id tells. */
const HOLDS_DATA: Readonly<Record<string, (physicalId: string) => Promise<string | undefined>>> = {
  'AWS::DynamoDB::Table': async (TableName) =>
    (await new DynamoDBClient().send(new DescribeTableCommand({ TableName }))).Table?.TableId,
  'AWS::SQS::Queue': async (url) => url,
  'AWS::SecretsManager::Secret': async (arn) => arn,
  'AWS::Cognito::UserPool': async (id) => id,
  'AWS::Cognito::UserPoolClient': async (id) => id,
  'AWS::Events::EventBus': async (name) => name,
  'AWS::Logs::LogGroup': async (name) => name,
  'AWS::ApiGatewayV2::Api': async (id) => id,
};

/** `logical id: type, identity`, in order. */
export async function listDataResources(StackName: string): Promise<readonly string[]> {
  const { StackResources = [] } = await new CloudFormationClient().send(
    new DescribeStackResourcesCommand({ StackName }),
  );
  const lines = StackResources.map(async ({ LogicalResourceId, PhysicalResourceId = '', ResourceType = '' }) => {
    const identify = HOLDS_DATA[ResourceType];
    return identify && `${LogicalResourceId}: ${ResourceType}, ${await identify(PhysicalResourceId)}`;
  });
  return (await Promise.all(lines)).filter((line) => line !== undefined).sort();
}
