/**
 * The console for tenants' administrators: pages in a private bucket, served by CloudFront together with the API, so that
 * both are one origin. It knows nothing of what the pages do.
 */
import { Aws, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IOrigin, S3OriginAccessControl } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { ConsoleEnvironment } from '../../console/env.ts';
import { accountWideName } from '../../shared/topology/physical-names.ts';
import type { ConsoleSettings, Stage } from '../stages.ts';
import type { Api } from './api.ts';
import { builtConsole } from './built-console.ts';
import { createConsoleDistribution } from './console-distribution.ts';
import type { Identity } from './identity.ts';

export interface ConsoleProps {
  readonly stage: Stage;
  readonly settings: ConsoleSettings;
  readonly api: Api;
  readonly identity: Identity;
}

/** Evidence for cdk-nag. */
const NO_LOGS_OF_PAGES = {
  id: 'AwsSolutions-S1',
  reason:
    'The pages are the same for all readers and only CloudFront can read them; who asked for data is in the API’s log.',
};
const WHAT_THE_CDK_GRANTS = [
  'Action::s3:GetObject*',
  'Action::s3:GetBucket*',
  'Action::s3:List*',
  'Action::s3:DeleteObject*',
  'Action::s3:Abort*',
  'Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*',
  'Resource::<ConsolePages082CCFA4.Arn>/*',
].map((finding) => ({
  id: `AwsSolutions-IAM5[${finding}]`,
  reason:
    'The CDK’s own grants for its copying: read the assets it staged, write the bucket of pages. It runs in deployments only.',
}));
const RUNTIME_OF_THE_CDK =
  'The CDK’s own function, with the runtime that its authors test it with; it moves with the CDK.';
const OF_THE_COPYING_FUNCTION = [
  { id: 'AwsSolutions-L1', reason: RUNTIME_OF_THE_CDK },
  { id: 'Serverless-LambdaLatestVersion', reason: RUNTIME_OF_THE_CDK },
  {
    id: 'Serverless-LambdaDLQ',
    reason: 'CloudFormation calls it and waits for its response: what fails there fails the deployment.',
  },
  {
    id: 'Serverless-LambdaTracing',
    reason: 'Runs in deployments only, where its log says all there is to know of a copy that failed.',
  },
];

/** `Bucket` alone says `undefined` here, which the CDK's own `IBucket` does not take from a strict compiler. */
class PrivateBucket extends Bucket {
  override get isWebsite(): boolean {
    return false;
  }
}

export class Console extends Construct {
  readonly url: string;
  readonly distributionId: string;
  /** All hosts that it serves, to which no webhook may lead. */
  readonly hosts: readonly string[];

  constructor(scope: Construct, id: string, { stage, settings, api, identity }: ConsoleProps) {
    super(scope, id);
    const { pages, tokens } = identity;
    if (pages === undefined || !tokens.audience.includes(pages.clientId)) {
      throw new Error(
        `Stage ${stage.name}: its console signs in as a client (identity.pages) whose tokens the API takes (identity.audience).`,
      );
    }
    const bucket = this.createBucket();
    const distribution = createConsoleDistribution(this, {
      stage,
      settings,
      origin: this.originOf(bucket, stage),
      apiHost: api.host,
      signInOrigins: pages.signInOrigins,
    });
    const host = settings.domain?.name ?? distribution.distributionDomainName;
    this.url = `https://${host}`;
    this.distributionId = distribution.distributionId;
    this.hosts = [...new Set([distribution.distributionDomainName, host])];
    this.deployPages(stage, bucket, {
      issuerUrl: tokens.issuerUrl,
      clientId: pages.clientId,
      scope: pages.scope,
      tenantClaim: tokens.tenantClaim,
      permissionsClaim: tokens.permissionsClaim,
      ...(stage.noticeMail && { sendsMail: true }),
    } satisfies ConsoleEnvironment);
  }

  private createBucket(): PrivateBucket {
    const bucket = new PrivateBucket(this, 'Pages', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // What is in it can be built again at any time; the deployment takes it out when the stack goes.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(bucket).acknowledge(NO_LOGS_OF_PAGES);
    return bucket;
  }

  private originOf(bucket: PrivateBucket, stage: Stage): IOrigin {
    return S3BucketOrigin.withOriginAccessControl(bucket, {
      originAccessControl: new S3OriginAccessControl(this, 'PagesAccess', {
        originAccessControlName: accountWideName(stage.name, 'pages', Aws.REGION),
      }),
    });
  }

  /** What is there of an earlier deployment stays: pages that are open still load parts of it. */
  private deployPages(stage: Stage, bucket: PrivateBucket, environment: ConsoleEnvironment): void {
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Our own role, because the managed policy that comes with a generated one reaches every log group of the account.
    const role = new Role(this, 'DeploymentRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    new BucketDeployment(this, 'Deployment', {
      sources: [builtConsole(), Source.jsonData('config.json', environment)],
      destinationBucket: bucket,
      prune: false,
      retainOnDelete: false,
      role,
      logGroup,
    });
    Validations.of(role).acknowledge(...WHAT_THE_CDK_GRANTS);
    // The CDK places it directly below the stack, for all that would use it.
    const [copying] = Stack.of(this).node.children.filter((child) => child instanceof LambdaFunction);
    Validations.of(copying ?? this).acknowledge(...OF_THE_COPYING_FUNCTION);
  }
}
