/** CloudFront before the console's pages and the API, so that both are one origin. */
import { Aws, Duration, Validations } from 'aws-cdk-lib';
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
  type IOrigin,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import {
  contentSecurityPolicy,
  ISOLATION_HEADERS,
  TRANSPORT_SECURITY_SECONDS,
} from '../../shared/topology/console-headers.ts';
import { accountWideName, physicalName } from '../../shared/topology/physical-names.ts';
import type { ConsoleSettings, Stage } from '../stages.ts';

export interface ConsoleDistributionProps {
  readonly stage: Stage;
  readonly settings: ConsoleSettings;
  /** Of the pages. */
  readonly origin: IOrigin;
  readonly apiHost: string;
  readonly signInOrigins: readonly string[];
}

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

/** Its resources belong to `scope`. */
export function createConsoleDistribution(
  scope: Construct,
  { stage, settings: { domain }, origin, apiHost, signInOrigins }: ConsoleDistributionProps,
): Distribution {
  const pages = { origin, viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS };
  const pageForEveryPath = new EdgeFunction(scope, 'PageForEveryPath', {
    functionName: accountWideName(stage.name, 'console-paths', Aws.REGION),
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(PAGE_FOR_EVERY_PATH),
  });
  const distribution = new Distribution(scope, 'Distribution', {
    comment: physicalName(stage.name, 'console'),
    httpVersion: HttpVersion.HTTP2_AND_3,
    ...(domain && {
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      domainNames: [domain.name],
      certificate: Certificate.fromCertificateArn(scope, 'Certificate', domain.certificateArn),
    }),
    defaultBehavior: {
      ...pages,
      // Small and asked for once a visit: not worth an invalidation at every deployment, and a role that may do that.
      cachePolicy: CachePolicy.CACHING_DISABLED,
      responseHeadersPolicy: headersPolicy(scope, stage, 'PageHeaders', signInOrigins, ASK_AGAIN),
      functionAssociations: [{ function: pageForEveryPath, eventType: FunctionEventType.VIEWER_REQUEST }],
    },
    additionalBehaviors: {
      '/assets/*': {
        ...pages,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: headersPolicy(scope, stage, 'AssetHeaders', signInOrigins, FOR_EVER),
      },
      '/v1/*': {
        origin: new HttpOrigin(apiHost, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY }),
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

function headersPolicy(
  scope: Construct,
  stage: Stage,
  id: string,
  signInOrigins: readonly string[],
  caching: string,
): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, id, {
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
