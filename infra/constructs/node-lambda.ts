/** What all our Lambdas have in common: runtime, bundle, logs, tracing, and a role that can do nothing else yet. */
import { ArnFormat, Duration, Names, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  EventSourceMapping,
  type IFunction,
  type IVersion,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ANNOUNCEMENT_SOURCE } from '../../shared/topology/announcements-source.ts';
import { BUNDLING, standInsFor } from '../../shared/topology/bundling.ts';
import { MAPPINGS, type MappedQueue } from '../../shared/topology/mappings.ts';
import { metricsNamespace } from '../../shared/topology/metrics.ts';
import { physicalName, secretPrefix } from '../../shared/topology/physical-names.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../shared/topology/queues.ts';
import type { Stage } from '../stages.ts';
import { logsOf } from './kept-data.ts';
import type { Queues } from './queues.ts';
import { StaticEgress } from './static-egress.ts';

export interface NodeLambdaProps {
  readonly stage: Stage;
  /** The folder below `functions/` whose `index.ts` exports `handler`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly recursiveLoop?: RecursiveLoop;
  /** Where the function lives; absent: no VPC. */
  readonly egress?: StaticEgress | undefined;
  /** Invocations at once, kept for it and never more; absent: what the account has left. */
  readonly reservedConcurrency?: number | undefined;
  /** Whether it is invoked by an alias, which a release moves to the new version bit by bit. */
  readonly byAlias?: boolean;
}

/** Of each function that a release shifts. */
export const ALIAS_NAME = 'live';

interface SesSender {
  readonly from: string;
  readonly region: string;
  readonly identity: string;
  readonly configurationSet: string | undefined;
}

const PROJECT_ROOT = `${import.meta.dirname}/../..`;

/**
 * CPU comes with memory (1,769 MiB = one vCPU). A batch of ten needs about 5 ms of a whole vCPU, 17 ms of this share,
 * and then waits for receivers while every further MiB is billed.
 */
export const MEMORY_MIB = 512;

/**
 * Node resolves names on four threads, and a name server that hangs holds one for as long as it likes: one tenant's
 * could stop those of all. A batch has at most 50 receivers; 128 leaves room for those of earlier batches.
 */
const LOOKUP_THREADS = { UV_THREADPOOL_SIZE: '128' };

/** Evidence for cdk-nag. */
const NO_DLQ_OF_ITS_OWN = {
  id: 'Serverless-LambdaDLQ',
  reason:
    'Lambda uses it for asynchronous events only. Ours come from queues, which have dead-letter queues, or by the clock.',
};
const NO_DESTINATION = {
  id: 'Serverless-LambdaEventSourceMappingDestination',
  reason:
    'Mappings of queues have none: what fails goes where the queue’s redrive policy says (shared/topology/queues.ts).',
};
const NO_TRACES = {
  id: 'Serverless-LambdaTracing',
  reason: 'A choice of the stage, off by default: at a low rate it costs more than the deliveries (docs/cost.md).',
};
const LAMBDA_ITSELF = {
  id: 'AwsSolutions-IAM5[Resource::*]',
  reason:
    'Traces, and in a network the interfaces that Lambda attaches, take no narrower one. Tests hold each role to its list.',
};

export class NodeLambda extends Construct {
  readonly function: NodejsFunction;
  readonly alias?: Alias;
  private readonly stage: Stage;

  constructor(scope: Construct, id: string, props: NodeLambdaProps) {
    super(scope, id);
    const { stage, folder, environment, recursiveLoop, egress, reservedConcurrency, byAlias = false } = props;
    this.stage = stage;
    const functionName = physicalName(stage.name, folder);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      ...logsOf(stage),
    });
    // Our own role, because the managed policy that comes with a generated one reaches every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    this.function = new NodejsFunction(this, 'Function', {
      functionName,
      entry: `${PROJECT_ROOT}/functions/${folder}/index.ts`,
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: `${PROJECT_ROOT}/package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MIB,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      role,
      tracing: stage.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Lambda's own start and report lines would cost more than ours and repeat what its metrics say.
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: {
        ...environment,
        POWERTOOLS_SERVICE_NAME: folder,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage.name),
        ...LOOKUP_THREADS,
      },
      bundling: {
        ...BUNDLING,
        format: OutputFormat.CJS,
        mainFields: [...BUNDLING.mainFields],
        // The tested SDK is the deployed SDK, and loads faster than the one of the runtime.
        bundleAwsSDK: true,
        externalModules: [...BUNDLING.external],
        esbuildArgs: { '--alias': Object.entries(standInsFor(folder)).map((standIn) => standIn.join('=')) },
      },
      ...(recursiveLoop && { recursiveLoop }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(egress && { vpc: egress.vpc, securityGroups: [egress.securityGroup] }),
    });
    if (byAlias) {
      // The class is its own interface in all but exactOptionalPropertyTypes: it spells a property differently.
      const version = this.function.currentVersion as IVersion;
      // An update removes the version before when all invocations are of the new one.
      this.alias = new Alias(this, 'Alias', { aliasName: ALIAS_NAME, version });
    }
    if (egress !== undefined) {
      role.addToPolicy(StaticEgress.attachmentStatement());
    }
    Validations.of(this.function).acknowledge(NO_DLQ_OF_ITS_OWN, ...(stage.tracing ? [] : [NO_TRACES]));
    if (stage.tracing || egress !== undefined) {
      Validations.of(role).acknowledge(LAMBDA_ITSELF);
    }
  }

  /** What its triggers invoke. */
  get invoked(): IFunction {
    // As with the version above.
    return (this.alias ?? this.function) as IFunction;
  }

  /** Statements are written out: the CDK's grants for tables and queues also allow what no adapter calls. */
  allow(actions: string[], resources: string[]): void {
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  /** Writes that touch these attributes only (DynamoDB guide, "Using IAM policy conditions for fine-grained access"). */
  allowAttributes(actions: string[], table: ITable, attributes: string[]): void {
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions,
        resources: [table.tableArn],
        conditions: {
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
          StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
        },
      }),
    );
  }

  /** Of one partition alone (DynamoDB guide, "Using IAM policy conditions for fine-grained access control"). */
  allowItemsOf(actions: string[], table: ITable, partition: string): void {
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions,
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [partition] } },
      }),
    );
  }

  /** Of partitions whose key ends in this (the same page of the guide). */
  allowItemsEndingIn(actions: string[], table: ITable, ending: string): void {
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions,
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`*${ending}`] } },
      }),
    );
  }

  /** For the canary, which is a publisher. */
  allowFindings(bus: IEventBus, source: string): void {
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: { StringEquals: { 'events:source': source } },
      }),
    );
  }

  /** Only the service's own events: a function that was taken over could not forge a finding. */
  allowAnnouncements(bus: IEventBus): void {
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: { StringEquals: { 'events:source': ANNOUNCEMENT_SOURCE } },
      }),
    );
  }

  /** From one address alone (Service authorization reference, Amazon SES v2). */
  allowMails({ from, region, identity, configurationSet }: SesSender): void {
    const arnOf = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', region, resource, resourceName });
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: [
          arnOf('identity', identity),
          ...(configurationSet === undefined ? [] : [arnOf('configuration-set', configurationSet)]),
        ],
        conditions: { StringEquals: { 'ses:FromAddress': from } },
      }),
    );
  }

  /** Of all tenants of the stage. Names of webhooks' secrets have two segments below the prefix; what has one is not meant. */
  allowWebhookSecrets(actions: string[]): void {
    const names = `${secretPrefix(this.stage.name)}*/*`;
    this.allow(actions, [this.secretArn(names)]);
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${names}]`,
      reason: 'Webhooks come and go at run time, and their secrets with them; nothing else has a name of this shape.',
    });
  }

  /** By the name it was given: Secrets Manager adds a hyphen and six characters. */
  allowSecret(actions: string[], secretName: string): void {
    this.allow(actions, [this.secretArn(`${secretName}-??????`)]);
  }

  consume(queues: Queues, name: MappedQueue): void {
    const { batchSize, windowSeconds } = MAPPINGS[name];
    const pollers = this.stage.pollers?.[name];
    const window = Math.max(windowSeconds, this.stage.batchingWindowSeconds);
    Validations.of(this.function).acknowledge(NO_DESTINATION);
    const queue = queues.named(name);
    queue.grantConsumeMessages(this.function);
    // Below the function also where it invokes the alias: with the same logical id CloudFormation moves it in place.
    new EventSourceMapping(this.function, `SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
      target: this.invoked,
      eventSourceArn: queue.queueArn,
      batchSize,
      // Lambda takes one of the two.
      ...(pollers === undefined
        ? { maxConcurrency: this.stage.concurrency[name] }
        : { provisionedPollerConfig: { minimumPollers: pollers, maximumPollers: pollers } }),
      // Without it one returned message would return, and so repeat, the nine that succeeded.
      reportBatchItemFailures: true,
      maxBatchingWindow: Duration.seconds(window),
    });
  }

  private secretArn(resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
