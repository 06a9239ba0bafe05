import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import {
  aProductionStage,
  environmentOf,
  mappingsOf,
  permissionsOf,
  readable,
  synthesise,
  theResource,
} from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const FUNCTION_NAME = `${PREFIX}api`;
const SECRETS = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:';

describe('the api function', () => {
  const template = synthesise();

  it('may do what its routes need, to its stage’s own tables, queue and secrets, and nothing else', () => {
    expect(permissionsOf(template, FUNCTION_NAME)).toEqual({
      [`/aws/lambda/${FUNCTION_NAME}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`${PREFIX}config`]: [
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      [`${PREFIX}delivery-log`]: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      [`${PREFIX}delivery-log/index/attention`]: ['dynamodb:Query'],
      [`${PREFIX}delivery-log/index/late`]: ['dynamodb:Query'],
      [`${PREFIX}retry`]: ['sqs:SendMessage'],
      [`${PREFIX}findings`]: ['events:PutEvents if {"StringEquals":{"events:source":"thalian.webhooks"}}'],
      [`${SECRETS}thalian-webhooks/production/*/*`]: [
        'secretsmanager:CreateSecret',
        'secretsmanager:DeleteSecret',
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      [`${SECRETS}thalian-webhooks/production/cursor-key-??????`]: ['secretsmanager:GetSecretValue'],
    });
  });

  it('drains no queue', () => {
    expect(mappingsOf(template, FUNCTION_NAME)).toEqual([]);
  });

  it('is told where its tables, queue, bus and secrets are, the limits, and the hosts that no webhook may lead to', () => {
    expect(environmentOf(template, FUNCTION_NAME)).toMatchObject({
      CONFIG_TABLE_NAME: `${PREFIX}config`,
      DELIVERY_LOG_NAME: `${PREFIX}delivery-log`,
      RETRY_QUEUE_URL: `${PREFIX}retry`,
      EVENT_BUS_NAME: `${PREFIX}findings`,
      SECRET_PREFIX: 'thalian-webhooks/production/',
      CURSOR_KEY_SECRET: 'thalian-webhooks/production/cursor-key',
      WEBHOOKS_PER_TENANT: '50',
      TEST_SENDS_PER_MINUTE: '10',
      OWN_HOSTS: `${PREFIX}api.execute-api.<AWS::Region>.<AWS::URLSuffix>,<ConsoleDistribution022D3262>`,
    });
  });

  it('is called by its own API alone', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'))
      .map((permission) => permission['Properties'])
      .filter((permission) => readable(template, permission.FunctionName) === FUNCTION_NAME);
    expect(permissions).toMatchObject([{ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' }]);
    expect(readable(template, permissions[0]?.SourceArn)).toBe(
      `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${PREFIX}api/*/*/*`,
    );
  });
});

describe('the HTTP API', () => {
  const template = synthesise();
  const authorizers = template.findResources('AWS::ApiGatewayV2::Authorizer');
  const [authorizerId] = Object.keys(authorizers);

  it('has a token verified on every route but those that anyone may ask', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'))
      .map((route) => route['Properties'])
      .map(({ RouteKey, AuthorizationType, AuthorizerId }) => [RouteKey, AuthorizationType, AuthorizerId?.Ref])
      .sort();
    expect(authorizerId).toBeDefined();
    expect(routes).toEqual([
      ['DELETE /v1/{proxy+}', 'JWT', authorizerId],
      ['GET /v1/addresses.json', 'NONE', undefined],
      ['GET /v1/jwks/{tenantId}/{webhookId}', 'NONE', undefined],
      ['GET /v1/openapi.json', 'NONE', undefined],
      ['GET /v1/{proxy+}', 'JWT', authorizerId],
      ['PATCH /v1/{proxy+}', 'JWT', authorizerId],
      ['POST /v1/{proxy+}', 'JWT', authorizerId],
      ['PUT /v1/{proxy+}', 'JWT', authorizerId],
    ]);
  });

  it('takes tokens of the stage’s user pool for its client, out of the authorization header alone', () => {
    const { AuthorizerType, IdentitySource, JwtConfiguration } = theResource(template, 'AWS::ApiGatewayV2::Authorizer')[
      'Properties'
    ];
    expect(AuthorizerType).toBe('JWT');
    expect(IdentitySource).toEqual(['$request.header.Authorization']);
    expect(readable(template, JwtConfiguration.Issuer)).toBe(`https://${PREFIX}users`);
    expect(JwtConfiguration.Audience.map((client: unknown) => readable(template, client))).toEqual([`${PREFIX}client`]);
  });

  it('slows down who asks too much', () => {
    const { DefaultRouteSettings, RouteSettings } = theResource(template, 'AWS::ApiGatewayV2::Stage')['Properties'];
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 });
    expect(RouteSettings).toEqual({
      'GET /v1/openapi.json': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      'GET /v1/addresses.json': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      'GET /v1/jwks/{tenantId}/{webhookId}': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  it('leaves one tenant a fiftieth of what API Gateway takes, so that it cannot take the rest from others', () => {
    const { DefaultRouteSettings } = theResource(template, 'AWS::ApiGatewayV2::Stage')['Properties'];
    const perMinute = Number(environmentOf(template, `${PREFIX}api`)['REQUESTS_PER_MINUTE']);
    expect(perMinute * 50).toBe(DefaultRouteSettings.ThrottlingRateLimit * 60);
  });

  it('reserves concurrency where the stage says how much', () => {
    const reservedBy = (of: Template) =>
      theResource(of, 'AWS::Lambda::Function', { FunctionName: `${PREFIX}api` })['Properties']
        .ReservedConcurrentExecutions;
    const { api } = aProductionStage();
    expect(reservedBy(template)).toBeUndefined();
    expect(reservedBy(synthesise(aProductionStage({ api: { ...api, reservedConcurrency: 20 } })))).toBe(20);
  });

  it('logs each request without its query, its headers or anything of a token, and forgets it after a month', () => {
    const { AccessLogSettings } = theResource(template, 'AWS::ApiGatewayV2::Stage')['Properties'];
    const logGroupName = `/aws/vendedlogs/${PREFIX}api-access`;
    expect(readable(template, AccessLogSettings.DestinationArn)).toBe(logGroupName);
    const logGroup = theResource(template, 'AWS::Logs::LogGroup', { LogGroupName: logGroupName });
    expect(logGroup['Properties'].RetentionInDays).toBe(30);
    expect(JSON.parse(AccessLogSettings.Format)).toEqual({
      requestId: '$context.requestId',
      sourceIp: '$context.identity.sourceIp',
      subject: '$context.authorizer.claims.sub',
      tenantId: '$context.authorizer.claims.custom:tenantId',
      route: '$context.routeKey',
      method: '$context.httpMethod',
      path: '$context.path',
      status: '$context.status',
      latencyMillis: '$context.responseLatency',
      functionMillis: '$context.integrationLatency',
      functionError: '$context.integrationErrorMessage',
      authorizerError: '$context.authorizer.error',
    });
  });

  it('lets no page of another origin call it', () => {
    expect(theResource(template, 'AWS::ApiGatewayV2::Api')['Properties']).not.toHaveProperty('CorsConfiguration');
  });

  it('lets the pages that the stage names call it, with the headers of its contract and without cookies', () => {
    const { api } = aProductionStage();
    const stage = aProductionStage({ api: { ...api, allowedOrigins: ['https://console.example'] } });
    expect(theResource(synthesise(stage), 'AWS::ApiGatewayV2::Api')['Properties'].CorsConfiguration).toEqual({
      AllowOrigins: ['https://console.example'],
      AllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      AllowHeaders: ['authorization', 'content-type', 'if-match', 'idempotency-key'],
      ExposeHeaders: ['etag', 'location', 'retry-after', 'idempotency-replayed', 'www-authenticate'],
      MaxAge: 3600,
    });
  });
});

describe('the cursor key', () => {
  const kept = theResource(synthesise(), 'AWS::SecretsManager::Secret');

  it('is made by Secrets Manager and stands in no template', () => {
    expect(kept['Properties'].GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    expect(kept['Properties']).not.toHaveProperty('SecretString');
  });

  it('outlives the stack of production, and goes with that of a stage whose data is disposable', () => {
    const gone = theResource(synthesise(createStages({}).e2e), 'AWS::SecretsManager::Secret');
    expect(kept).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(gone).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });
});
