import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CONSOLE_HEADERS, contentSecurityPolicy } from '../../shared/topology/console-headers.ts';
import {
  A_CONSOLE_OF_A_NAME,
  aProductionStage,
  environmentOf,
  readable,
  synthesise,
  theResource,
} from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const COGNITO = [
  'https://cognito-idp.<AWS::Region>.amazonaws.com',
  'https://thalian-webhooks-production-<AWS::AccountId>.auth.<AWS::Region>.amazoncognito.com',
];

describe('the console', () => {
  const template = synthesise();
  const { DefaultCacheBehavior: pages, CacheBehaviors: others, Origins: origins } = distributionOf(template);
  const [assets, api] = others;

  it('lies in a bucket that only its own distribution can read', () => {
    const { Properties: bucket } = theResource(template, 'AWS::S3::Bucket');
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    const { Properties: policy } = theResource(template, 'AWS::S3::BucketPolicy');
    const allowed = policy.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed).toMatchObject([{ Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' } }]);
    expect(readable(template, allowed[0].Condition.StringEquals['AWS:SourceArn'])).toBe(
      'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<ConsoleDistribution022D3262>',
    );
    expect(origins[0].OriginAccessControlId).toBeDefined();
  });

  it('shares its origin with the API, which is asked under its own name, without a cache, and with every method', () => {
    expect(api).toMatchObject({ PathPattern: '/v1/*', ViewerProtocolPolicy: 'https-only' });
    expect(api.AllowedMethods).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']));
    // CachingDisabled and AllViewerExceptHostHeader, by the ids that CloudFront gives them everywhere.
    expect(api.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(api.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
    const origin = origins.find(({ Id }: { Id: string }) => Id === api.TargetOriginId);
    expect(origin.CustomOriginConfig.OriginProtocolPolicy).toBe('https-only');
    expect(readable(template, origin.DomainName)).toBe(`${PREFIX}api.execute-api.<AWS::Region>.<AWS::URLSuffix>`);
  });

  it.each([
    ['pages', pages, 'no-cache'],
    ['assets', assets, 'public, max-age=31536000, immutable'],
  ])('says of its %s to browsers what it says on a developer’s machine', (_name, behavior, caching) => {
    expect(headersOf(template, behavior)).toEqual({
      ...CONSOLE_HEADERS,
      'content-security-policy': contentSecurityPolicy(COGNITO),
      'cache-control': caching,
    });
  });

  it('lets through one style of the page itself, the shell, by the hash of its file', () => {
    const shell = readFileSync(`${import.meta.dirname}/../../console/shell.css`);
    const hash = `'sha256-${createHash('sha256').update(shell).digest('base64')}'`;
    for (const behavior of [pages, assets]) {
      const policy = headersOf(template, behavior)['content-security-policy'] ?? '';
      expect(policy.split('; ').filter((part) => /^(?:style|script)-src/.test(part))).toEqual([
        "script-src 'self'",
        `style-src 'self' ${hash}`,
      ]);
    }
  });

  it('is given to browsers over HTTPS only', () => {
    expect(pages.ViewerProtocolPolicy).toBe('redirect-to-https');
    expect(assets.ViewerProtocolPolicy).toBe('redirect-to-https');
  });

  it.each([
    ['/', '/index.html'],
    ['/integrations/webhooks/wh_1', '/index.html'],
    ['/signed-in', '/index.html'],
    ['/config.json', '/config.json'],
    ['/icon.svg', '/icon.svg'],
  ])('answers %s with %s', (path, file) => {
    const { Properties: edge } = theResource(template, 'AWS::CloudFront::Function');
    expect(pages.FunctionAssociations).toMatchObject([{ EventType: 'viewer-request' }]);
    const answered = runInNewContext(`${edge.FunctionCode}\nhandler({ request: { uri: ${JSON.stringify(path)} } })`);
    expect(answered.uri).toBe(file);
  });

  it('keeps what pages that are open still load, until the stack goes', () => {
    expect(theResource(template, 'Custom::CDKBucketDeployment')['Properties']).toMatchObject({
      Prune: false,
      RetainOnDelete: false,
    });
  });

  it('is a destination that neither api nor send takes', () => {
    for (const name of ['api', 'send']) {
      expect(environmentOf(template, PREFIX + name)['OWN_HOSTS']).toBe(
        `${PREFIX}api.execute-api.<AWS::Region>.<AWS::URLSuffix>,<ConsoleDistribution022D3262>`,
      );
    }
  });

  it('is told where people sign in, as whom, and where tokens say what', () => {
    const { SourceMarkers: markers } = theResource(template, 'Custom::CDKBucketDeployment')['Properties'];
    const emitted = Object.values<unknown>(Object.assign({}, ...markers)).map((value) => readable(template, value));
    expect(emitted).toEqual(expect.arrayContaining([`${PREFIX}users`, `${PREFIX}client`]));
  });
});

describe('a console at a name of its own', () => {
  const template = synthesise(aProductionStage({ console: A_CONSOLE_OF_A_NAME }));

  it('answers there, with its certificate and TLS 1.2 at least', () => {
    const distribution = distributionOf(template);
    expect(distribution.Aliases).toEqual(['webhooks.thalian.example']);
    expect(distribution.ViewerCertificate).toMatchObject({
      AcmCertificateArn: A_CONSOLE_OF_A_NAME.domain?.certificateArn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
    });
    expect(template.toJSON()['Outputs'].ConsoleUrl.Value).toBe('https://webhooks.thalian.example');
  });

  it('is where people come back to after they have signed in', () => {
    const { Properties: client } = theResource(template, 'AWS::Cognito::UserPoolClient');
    expect(client.CallbackURLs).toEqual(['https://webhooks.thalian.example/signed-in']);
    expect(client.LogoutURLs).toEqual(['https://webhooks.thalian.example/signed-out']);
  });

  it('is no destination under either of its names', () => {
    expect(environmentOf(template, `${PREFIX}send`)['OWN_HOSTS']).toMatch(
      /,<ConsoleDistribution022D3262>,webhooks\.thalian\.example$/,
    );
  });
});

describe('a console with accounts of another issuer', () => {
  const identity = {
    kind: 'oidc',
    issuerUrl: 'https://login.example/thalian',
    audience: ['webhooks-console'],
    tenantClaim: 'org',
    permissionsClaim: 'roles',
  } as const;
  const pages = {
    clientId: 'webhooks-console',
    scope: 'openid roles',
    signInOrigins: ['https://login.example'],
  } as const;

  it('connects to the origins that the stage names, and to no others', () => {
    const template = synthesise(aProductionStage({ identity: { ...identity, pages } }));
    const { DefaultCacheBehavior: behavior } = distributionOf(template);
    expect(headersOf(template, behavior)['content-security-policy']).toContain(
      "connect-src 'self' https://login.example;",
    );
  });

  it.each([
    ['no client to sign in as', identity],
    ['a client whose tokens the API refuses', { ...identity, pages: { ...pages, clientId: 'another' } }],
  ])('is not deployed with %s', (_case, incomplete) => {
    expect(() => synthesise(aProductionStage({ identity: incomplete }))).toThrow(
      'Stage production: its console signs in',
    );
  });
});

it('is not there for a team with a front end of its own', () => {
  const template = synthesise(aProductionStage({ console: false }));
  template.resourceCountIs('AWS::CloudFront::Distribution', 0);
  template.resourceCountIs('AWS::S3::Bucket', 0);
  template.resourceCountIs('Custom::CDKBucketDeployment', 0);
  expect(template.toJSON()['Outputs']).not.toHaveProperty('ConsoleUrl');
});

function distributionOf(template: Template) {
  return theResource(template, 'AWS::CloudFront::Distribution')['Properties'].DistributionConfig;
}

/** As a browser gets them. */
function headersOf(template: Template, behavior: { ResponseHeadersPolicyId: { Ref: string } }): Record<string, string> {
  const policies = template.findResources('AWS::CloudFront::ResponseHeadersPolicy');
  const { CustomHeadersConfig: custom, SecurityHeadersConfig: security } =
    policies[behavior.ResponseHeadersPolicyId.Ref]?.['Properties'].ResponseHeadersPolicyConfig ?? {};
  const { AccessControlMaxAgeSec: seconds, IncludeSubdomains: isOfAll } = security.StrictTransportSecurity;
  return {
    'content-security-policy': readable(template, security.ContentSecurityPolicy.ContentSecurityPolicy),
    'strict-transport-security': `max-age=${seconds}${isOfAll ? '; includeSubDomains' : ''}`,
    'x-content-type-options': security.ContentTypeOptions.Override ? 'nosniff' : '',
    'x-frame-options': security.FrameOptions.FrameOption,
    'referrer-policy': security.ReferrerPolicy.ReferrerPolicy,
    ...Object.fromEntries(custom.Items.map(({ Header, Value }: { Header: string; Value: string }) => [Header, Value])),
  };
}
