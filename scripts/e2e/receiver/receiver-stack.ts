/**
 * A receiver for a stack that runs in AWS and so cannot reach the machine that drives it: a function with a URL of its
 * own, which everyone may call who knows it, and a table of what it got. Stands as long as the suite runs.
 */
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, FunctionUrlAuthType, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { RECORDS_KEYS } from './dynamo-records.ts';

const PROJECT_ROOT = `${import.meta.dirname}/../../..`;

/** Above `HANG_MILLIS` of its handler. */
const TIMEOUT_SECONDS = 20;

export class ReceiverStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      stackName: 'thalian-webhooks-e2e-receiver',
      description: 'Receiver of the end-to-end suite of Thalian Outbound Webhooks; safe to delete',
    });
    const table = new Table(this, 'Records', {
      partitionKey: { name: RECORDS_KEYS.partition, type: AttributeType.STRING },
      sortKey: { name: RECORDS_KEYS.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const receiver = new NodejsFunction(this, 'Receiver', {
      entry: `${import.meta.dirname}/index.ts`,
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: `${PROJECT_ROOT}/package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      environment: { RECORDS_TABLE_NAME: table.tableName },
      logGroup: new LogGroup(this, 'Logs', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }),
      bundling: { target: 'node24', mainFields: ['module', 'main'], bundleAwsSDK: true },
    });
    table.grant(receiver, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    const { url } = receiver.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    new CfnOutput(this, 'ReceiverUrl', { value: url });
    new CfnOutput(this, 'RecordsTableName', { value: table.tableName });
  }
}
