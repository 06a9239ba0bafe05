/** The configuration API: an HTTP API that refuses calls without a token of the stage's issuer, and the `api` Lambda. */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { FilterPattern, type ILogGroup, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ApiEnvironment } from '../../functions/api/env.ts';
import { API_METHODS, API_REQUEST_HEADERS, API_RESPONSE_HEADERS } from '../../shared/topology/api-cors.ts';
import { metricsNamespace, UNAUTHORIZED_METRIC } from '../../shared/topology/metrics.ts';
import { MAIL_ROUTES, OPEN_ROUTES } from '../../shared/topology/open-routes.ts';
import { cursorKeyName, physicalName, secretPrefix } from '../../shared/topology/physical-names.ts';
import { ATTENTION_INDEX, LATE_INDEX } from '../../shared/topology/tables.ts';
import type { Stage } from '../stages.ts';
import type { Identity } from './identity.ts';
import { type KeptData, logsOf } from './kept-data.ts';
import { NodeLambda } from './node-lambda.ts';
import type { Queues } from './queues.ts';
import { receiverRules } from './receiver-rules.ts';
import type { StaticEgress } from './static-egress.ts';
import type { Tables } from './tables.ts';

export interface ApiProps {
  readonly stage: Stage;
  readonly keptData: KeptData;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly bus: IEventBus;
  readonly identity: Identity;
  /** Hosts that lead back into the service, comma-separated. */
  readonly ownHosts: string;
  readonly egress?: StaticEgress | undefined;
}

/**
 * Not `ANY`: it would take a browser's preflight too, which carries no token, and refuse it. What no route takes, API
 * Gateway responds itself.
 */
const METHODS = API_METHODS.map((method) => HttpMethod[method]);

/**
 * A line per request, also for those that never reach the function. The path comes without its query; of a refused
 * token there is only why it was refused.
 */
const accessLogFormat = (tenantClaim: string) =>
  JSON.stringify({
    requestId: '$context.requestId',
    // Of the connection: through the console it is CloudFront's.
    sourceIp: '$context.identity.sourceIp',
    subject: '$context.authorizer.claims.sub',
    tenantId: `$context.authorizer.claims.${tenantClaim}`,
    route: '$context.routeKey',
    method: '$context.httpMethod',
    path: '$context.path',
    status: '$context.status',
    latencyMillis: '$context.responseLatency',
    functionMillis: '$context.integrationLatency',
    functionError: '$context.integrationErrorMessage',
    authorizerError: '$context.authorizer.error',
  });

interface OpenRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** Of what API Gateway takes in all, for each route that needs no token. */
const OPEN_SHARE = 0.1;

export class Api extends Construct {
  readonly lambda: NodeLambda;
  readonly httpApi: HttpApi;
  /** API Gateway's own lines: also of requests that never reach the function. */
  readonly accessLogs: ILogGroup;
  readonly url: string;
  readonly host: string;

  private readonly stage: Stage;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.stage = props.stage;
    this.accessLogs = this.createAccessLogs();
    this.countUnauthorized();
    const { httpApi, httpStage } = this.createHttpApi(props.identity);
    this.httpApi = httpApi;
    this.url = httpApi.apiEndpoint;
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${httpApi.apiId}.execute-api.${region}.${urlSuffix}`;
    this.lambda = this.createLambda(props);

    // One permission to call the function, for all routes.
    const integration = new HttpLambdaIntegration('Lambda', this.lambda.invoked, { scopePermissionToRoute: false });
    httpApi.addRoutes({ path: '/v1/{proxy+}', methods: METHODS, integration });
    const openRoutes: readonly OpenRoute[] = [
      ...OPEN_ROUTES.map((path) => ({ method: 'GET', path }) as const),
      ...(props.stage.noticeMail === undefined ? [] : MAIL_ROUTES),
    ];
    const open = openRoutes.flatMap(({ method, path }) =>
      httpApi.addRoutes({ path, methods: [HttpMethod[method]], integration, authorizer: new HttpNoneAuthorizer() }),
    );
    this.throttleOpenRoutes(httpStage, openRoutes, open);
    for (const route of open) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'The description of the API, which clients without a token read to learn how to get one, the public keys that receivers verify with, and the addresses for their firewalls; none names a secret. Readers of a mail confirm or unsubscribe by a token that we signed.',
      });
    }
  }

  private createHttpApi(identity: Identity): { readonly httpApi: HttpApi; readonly httpStage: HttpStage } {
    const { api, name } = this.stage;
    const { issuerUrl, audience, tenantClaim } = identity.tokens;
    const httpApi = new HttpApi(this, 'HttpApi', {
      apiName: physicalName(name, 'api'),
      createDefaultStage: false,
      // Of every route that does not say otherwise, also of those to come.
      defaultAuthorizer: new HttpJwtAuthorizer('Tokens', issuerUrl, {
        authorizerName: physicalName(name, 'tokens'),
        jwtAudience: [...audience],
      }),
      ...(api.allowedOrigins.length > 0 && { corsPreflight: corsFor(api.allowedOrigins) }),
    });
    const httpStage = new HttpStage(this, 'Stage', {
      httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: api.throttling.ratePerSecond, burstLimit: api.throttling.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs),
        format: AccessLogFormat.custom(accessLogFormat(tenantClaim)),
      },
    });
    return { httpApi, httpStage };
  }

  private createAccessLogs(): LogGroup {
    const { name } = this.stage;
    return new LogGroup(this, 'AccessLogs', {
      // Below this prefix API Gateway may write without a statement of its own in the account's one, small policy for logs.
      logGroupName: `/aws/vendedlogs/${physicalName(name, 'api-access')}`,
      ...logsOf(this.stage),
    });
  }

  /** Anyone may ask for them: what strangers take of them, tenants keep. */
  private throttleOpenRoutes(
    httpStage: HttpStage,
    openRoutes: readonly OpenRoute[],
    routes: readonly HttpRoute[],
  ): void {
    const { ratePerSecond, burst } = this.stage.api.throttling;
    const settings = {
      ThrottlingRateLimit: ratePerSecond * OPEN_SHARE,
      ThrottlingBurstLimit: Math.ceil(burst * OPEN_SHARE),
    };
    (httpStage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
      openRoutes.map(({ method, path }) => [`${method} ${path}`, settings]),
    );
    // Settings of a route that is not there yet are refused.
    httpStage.node.addDependency(...routes);
  }

  /** API Gateway counts 4xx alone, which a tenant's typing errors are too. */
  private countUnauthorized(): void {
    new MetricFilter(this, 'Unauthorized', {
      logGroup: this.accessLogs,
      filterPattern: FilterPattern.stringValue('$.status', '=', '401'),
      metricNamespace: metricsNamespace(this.stage.name),
      metricName: UNAUTHORIZED_METRIC,
      metricValue: '1',
    });
  }

  private createLambda({ stage, keptData, tables, queues, bus, identity, ownHosts, egress }: ApiProps): NodeLambda {
    const { tenantClaim, permissionsClaim } = identity.tokens;
    const retryQueue = queues.named('retry');
    const mails = stage.noticeMail && queues.named('mails');
    const cursorKey = this.createCursorKey(keptData);

    const environment = {
      CONFIG_TABLE_NAME: tables.config.tableName,
      DELIVERY_LOG_NAME: tables.deliveryLog.tableName,
      RETRY_QUEUE_URL: retryQueue.queueUrl,
      EVENT_BUS_NAME: bus.eventBusName,
      SECRET_PREFIX: secretPrefix(stage.name),
      CURSOR_KEY_SECRET: cursorKey.secretArn,
      TENANT_CLAIM: tenantClaim,
      PERMISSIONS_CLAIM: permissionsClaim,
      WEBHOOKS_PER_TENANT: String(stage.api.webhooksPerTenant),
      TEST_SENDS_PER_MINUTE: String(stage.api.testSendsPerMinute),
      REQUESTS_PER_MINUTE: String(stage.api.requestsPerMinute),
      ...receiverRules(stage, ownHosts),
      ...(egress && { EGRESS: egress.description }),
      ...(mails && { MAIL_QUEUE_URL: mails.queueUrl }),
    } satisfies ApiEnvironment;
    const api = new NodeLambda(this, 'Lambda', {
      stage,
      folder: 'api',
      environment,
      egress,
      reservedConcurrency: stage.api.reservedConcurrency,
      byAlias: stage.gradualRelease,
    });

    api.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
      [tables.config.tableArn],
    );
    api.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'],
      [tables.deliveryLog.tableArn],
    );
    api.allow(
      ['dynamodb:Query'],
      [ATTENTION_INDEX, LATE_INDEX].map(({ indexName }) => `${tables.deliveryLog.tableArn}/index/${indexName}`),
    );
    api.allow(['sqs:SendMessage'], [retryQueue.queueArn, ...(mails ? [mails.queueArn] : [])]);
    api.allowAnnouncements(bus);
    api.allowWebhookSecrets([
      'secretsmanager:CreateSecret',
      'secretsmanager:PutSecretValue',
      'secretsmanager:GetSecretValue',
      'secretsmanager:DescribeSecret',
      'secretsmanager:UpdateSecretVersionStage',
      'secretsmanager:DeleteSecret',
    ]);
    api.allowSecret(['secretsmanager:GetSecretValue'], cursorKeyName(stage.name));
    return api;
  }

  private createCursorKey({ removalPolicy }: KeptData): Secret {
    const cursorKey = new Secret(this, 'CursorKey', {
      secretName: cursorKeyName(this.stage.name),
      description: 'Signs the cursors that the API gives out. A new value makes those of pages under way void.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(cursorKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Generated, and known to the API alone, which signs cursors with it that hold nothing secret; changed by hand at any time.',
    });
    return cursorKey;
  }
}

/** No cookies: a token is a header that a page adds itself, so that no other page can send it along. */
function corsFor(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: API_METHODS.map((method) => CorsHttpMethod[method]),
    allowHeaders: [...API_REQUEST_HEADERS],
    exposeHeaders: [...API_RESPONSE_HEADERS],
    maxAge: Duration.hours(1),
  };
}
