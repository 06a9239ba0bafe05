/** What a stage's account is asked by doctor and protect. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsSettings } from '../stage-resources.ts';

/** Of each only what sends a command, which a test can stand in for. */
export interface Account {
  readonly cloudFormation: CloudFormationClient;
  readonly cognito: Pick<CognitoIdentityProviderClient, 'send'>;
  readonly dynamo: Pick<DynamoDBClient, 'send'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
}

/** The one that the environment's credentials and region mean, as for the AWS CLI. */
export function openAccount(environment: NodeJS.ProcessEnv): Account {
  const settings = awsSettings(environment);
  return {
    cloudFormation: new CloudFormationClient(settings),
    cognito: new CognitoIdentityProviderClient(settings),
    dynamo: new DynamoDBClient(settings),
    lambda: new LambdaClient(settings),
    sns: new SNSClient(settings),
    ssm: new SSMClient(settings),
  };
}
