/** Where a stage's tables, queues and secrets are: the running local system's, or by their names in an AWS account. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_STAGE, localClientSettings } from '../local/aws/local-aws.ts';
import { LOCAL_ALLOWED_CIDRS } from '../local/local-system.ts';
import { readStackFile, STACK_FILE } from '../local/stack-file.ts';
import { parseCidrList } from '../shared/http/address.ts';
import type { WebhookUrlRules } from '../shared/http/webhook-url.ts';
import { physicalName, secretPrefix } from '../shared/topology/physical-names.ts';
import type { QueueName } from '../shared/topology/queues.ts';
import { findStack, outputOf } from './stage/deployed-stack.ts';

export interface StageResources {
  readonly stageName: string;
  /** For AWS clients. For a stage in AWS the region at most: account and endpoint are those of the environment. */
  readonly clientSettings: Partial<ReturnType<typeof localClientSettings>>;
  readonly configTable: string;
  readonly deliveryLog: string;
  readonly secretPrefix: string;
  readonly urlRules: WebhookUrlRules;
}

/** Throws, in words for the operator, if no stage is meant. */
export async function findStageResources(
  stageName: string | undefined,
  stackFile: string = STACK_FILE,
  findTables: typeof tablesOfStack = tablesOfStack,
): Promise<StageResources> {
  const stack = stageName === undefined || stageName === LOCAL_STAGE ? await readStackFile(stackFile) : undefined;
  if (stack !== undefined) {
    return {
      ...namedResources(LOCAL_STAGE),
      clientSettings: localClientSettings(stack.awsEndpointUrl),
      urlRules: { allowedCidrs: parseCidrList(LOCAL_ALLOWED_CIDRS), ownHosts: [] },
    };
  }
  if (stageName === undefined || stageName === LOCAL_STAGE) {
    throw new Error('No local system is running: start one with `npm start`, or name a stage in AWS with --stage.');
  }
  const clientSettings = awsSettings(process.env);
  return {
    ...namedResources(stageName),
    ...(await findTables(stageName, clientSettings)),
    clientSettings,
    urlRules: { allowedCidrs: [], ownHosts: [] },
  };
}

/** Those in use: a restored one has another name. */
async function tablesOfStack(
  stageName: string,
  clientSettings: ReturnType<typeof awsSettings>,
): Promise<Pick<StageResources, 'configTable' | 'deliveryLog'>> {
  const stack = await findStack(new CloudFormationClient(clientSettings), stageName);
  const [configTable, deliveryLog] = ['ConfigTableName', 'DeliveryLogName'].map(
    (name) => stack && outputOf(stack, name),
  );
  if (configTable === undefined || deliveryLog === undefined) {
    throw new Error(`There is no stack of stage ${stageName} in this account and region.`);
  }
  return { configTable, deliveryLog };
}

/** The SDK reads everything that the AWS CLI reads, but for this one variable. */
export function awsSettings({ AWS_REGION, AWS_DEFAULT_REGION }: NodeJS.ProcessEnv) {
  const region = AWS_REGION ?? AWS_DEFAULT_REGION;
  return region === undefined ? {} : { region };
}

function namedResources(stageName: string) {
  return {
    stageName,
    configTable: physicalName(stageName, 'config'),
    deliveryLog: physicalName(stageName, 'delivery-log'),
    secretPrefix: secretPrefix(stageName),
  };
}

export async function queueUrlOf(client: SQSClient, stageName: string, name: QueueName): Promise<string> {
  const QueueName = physicalName(stageName, name);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName })).catch((error: unknown) => {
    throw new Error(`The queue ${QueueName} could not be looked up: ${error instanceof Error ? error.message : error}`);
  });
  return QueueUrl ?? '';
}
