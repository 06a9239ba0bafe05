/**
 * The console for tenants' administrators: pages in a private bucket, served by CloudFront together with the API, so that
 * both are one origin. It knows nothing of what the pages do.
 */
import { execFileSync } from 'node:child_process';
import { AssetHashType, Aws, DockerImage, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { ConsoleEnvironment } from '../../console/env.ts';
import {
  contentSecurityPolicy,
  ISOLATION_HEADERS,
  TRANSPORT_SECURITY_SECONDS,
} from '../../shared/topology/console-headers.ts';
import { accountWideName, physicalName } from '../../shared/topology/physical-names.ts';
import type { ConsoleSettings, Stage } from '../stages.ts';
import type { Api } from './api.ts';
import type { Identity } from './identity.ts';

export interface ConsoleProps {
  readonly stage: Stage;
  readonly settings: ConsoleSettings;
  readonly api: Api;
  readonly identity: Identity;
}

const PROJECT_ROOT = `${import.meta.dirname}/../..`;
const VITE = `${PROJECT_ROOT}/node_modules/vite/bin/vite.js`;

/** A path without a file's extension is a page's, and there is one file for all of them. */
const PAGE_FOR_EVERY_PATH = `function handler(event) {
  var request = event.request;
  if (request.uri.split('/').pop().indexOf('.') === -1) {
    request.uri = '/index.html';
  }
  return request;
}`;

/** Their names change with their contents. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** What keeps its name from one deployment to the next is asked for each time. */
const ASK_AGAIN = 'no-cache';

/** Evidence for cdk-nag. */
const NO_LOGS_OF_PAGES = {
  id: 'AwsSolutions-S1',
  reason:
    'The pages are the same for all readers and only CloudFront can read them; who asked for data is in the API’s log.',
};
const OF_THE_DISTRIBUTION = [
  {
    id: 'AwsSolutions-CFR1',
    reason: 'Tenants sit in every country, and a list of countries would keep out an administrator who travels.',
  },
  {
    id: 'AwsSolutions-CFR2',
    reason:
      'What is behind it is static, or the API, which refuses calls without a token and is throttled by API Gateway.',
  },
  {
    id: 'AwsSolutions-CFR3',
    reason: 'Every request for data is in the API’s access log; the pages themselves are the same for all readers.',
  },
];
const CERTIFICATE_OF_CLOUDFRONT = {
  id: 'AwsSolutions-CFR4',
  reason:
    'Under its own name and certificate CloudFront chooses the oldest TLS itself. With `domain` the stage chooses, 1.2.',
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
    const distribution = this.createDistribution(stage, settings, bucket, api, pages.signInOrigins);
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

  private createDistribution(
    stage: Stage,
    { domain }: ConsoleSettings,
    bucket: PrivateBucket,
    api: Api,
    signInOrigins: readonly string[],
  ): Distribution {
    const pages = {
      origin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessControl: new S3OriginAccessControl(this, 'PagesAccess', {
          originAccessControlName: accountWideName(stage.name, 'pages', Aws.REGION),
        }),
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    };
    const pageForEveryPath = new EdgeFunction(this, 'PageForEveryPath', {
      functionName: accountWideName(stage.name, 'console-paths', Aws.REGION),
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(PAGE_FOR_EVERY_PATH),
    });
    const distribution = new Distribution(this, 'Distribution', {
      comment: physicalName(stage.name, 'console'),
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(domain && {
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      }),
      defaultBehavior: {
        ...pages,
        // Small and asked for once a visit: not worth an invalidation at every deployment, and a role that may do that.
        cachePolicy: CachePolicy.CACHING_DISABLED,
        responseHeadersPolicy: this.headersPolicy(stage, 'PageHeaders', signInOrigins, ASK_AGAIN),
        functionAssociations: [{ function: pageForEveryPath, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        '/assets/*': {
          ...pages,
          cachePolicy: CachePolicy.CACHING_OPTIMIZED,
          compress: true,
          responseHeadersPolicy: this.headersPolicy(stage, 'AssetHeaders', signInOrigins, FOR_EVER),
        },
        '/v1/*': {
          origin: new HttpOrigin(api.host, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY }),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          // API Gateway knows itself by its own host name only.
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
    });
    Validations.of(distribution).acknowledge(...OF_THE_DISTRIBUTION, ...(domain ? [] : [CERTIFICATE_OF_CLOUDFRONT]));
    return distribution;
  }

  private headersPolicy(
    stage: Stage,
    id: string,
    signInOrigins: readonly string[],
    caching: string,
  ): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, id, {
      responseHeadersPolicyName: accountWideName(stage.name, id, Aws.REGION),
      // These five have settings of their own, and CloudFront refuses them among the others. A test compares them.
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(signInOrigins), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.seconds(TRANSPORT_SECURITY_SECONDS),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries({ ...ISOLATION_HEADERS, 'cache-control': caching }).map(([header, value]) => ({
          header,
          value,
          override: true,
        })),
      },
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

/** Built while the stack is synthesised, so that what is deployed is what is checked out. */
function builtConsole() {
  return Source.asset(`${PROJECT_ROOT}/console`, {
    // Of what was built: schemas and rules from `shared/` are in it too.
    assetHashType: AssetHashType.OUTPUT,
    exclude: ['dist*'],
    bundling: {
      // Named because it must be; the local build never leaves it anything to do.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputFolder) {
          const arguments_ = [
            VITE,
            'build',
            'console',
            '--outDir',
            outputFolder,
            '--emptyOutDir',
            '--logLevel',
            'warn',
          ];
          execFileSync(process.execPath, arguments_, { cwd: PROJECT_ROOT, stdio: ['ignore', 2, 'inherit'] });
          return true;
        },
      },
    },
  });
}
