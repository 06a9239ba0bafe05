import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { aProductionStage, environmentOf, readable, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

describe('the stage’s own user pool', () => {
  const template = synthesise();
  const pool = theResource(template, 'AWS::Cognito::UserPool', { UserPoolName: `${PREFIX}users` });
  const client = theResource(template, 'AWS::Cognito::UserPoolClient', { ClientName: `${PREFIX}client` })['Properties'];

  it('lets no user sign up', () => {
    expect(pool['Properties'].AdminCreateUserConfig).toMatchObject({ AllowAdminCreateUserOnly: true });
  });

  it('fixes a user’s tenant with the account, in the bounds of a tenant’s id', () => {
    expect(pool['Properties'].Schema).toEqual([
      {
        Name: 'tenantId',
        AttributeDataType: 'String',
        Mutable: false,
        StringAttributeConstraints: { MinLength: '1', MaxLength: '64' },
      },
    ]);
  });

  it('puts a user’s tenant into the token, but lets the user write only the name', () => {
    expect(client.ReadAttributes).toContain('custom:tenantId');
    // An empty list would mean all standard attributes.
    expect(client.WriteAttributes).toEqual(['name']);
  });

  it('has the groups that the API takes for permissions', () => {
    const groups = Object.values(template.findResources('AWS::Cognito::UserPoolGroup'));
    expect(groups.map((group) => group['Properties'].GroupName).sort()).toEqual(['webhooks-read', 'webhooks-write']);
  });

  it('is signed in to by e-mail address, however it is spelt', () => {
    expect(pool['Properties'].UsernameAttributes).toEqual(['email']);
    expect(pool['Properties'].UsernameConfiguration).toEqual({ CaseSensitive: false });
  });

  it('asks for long passwords and an authenticator app, and for nothing by SMS', () => {
    expect(pool['Properties'].Policies.PasswordPolicy).toMatchObject({ MinimumLength: 12 });
    expect(pool['Properties'].MfaConfiguration).toBe('ON');
    expect(pool['Properties'].EnabledMfas).toEqual(['SOFTWARE_TOKEN_MFA']);
  });

  it('asks for no app where the stage says so', () => {
    const identity = { kind: 'cognito', callbackUrls: [], authenticatorApp: 'off' } as const;
    const without = synthesise(aProductionStage({ identity }));
    expect(theResource(without, 'AWS::Cognito::UserPool')['Properties'].MfaConfiguration).toBe('OFF');
  });

  it('invites people by the name of the product, to the address of the console', () => {
    const { InviteMessageTemplate: invitation } = pool['Properties'].AdminCreateUserConfig;
    expect(invitation.EmailSubject).toBe('Your account for Thalian Outbound Webhooks');
    const words = readable(template, invitation.EmailMessage);
    expect(words).toContain('webhooks of your organisation at https://<ConsoleDistribution022D3262>.');
    // Cognito refuses a message that lacks one of them.
    expect(words).toContain('{username}');
    expect(words).toContain('{####}');
  });

  it('has a client without a secret, and no way in but the code of its own pages', () => {
    expect(client.GenerateSecret).toBe(false);
    expect(client.ExplicitAuthFlows).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
  });

  it('does not tell whether an account exists', () => {
    expect(client.PreventUserExistenceErrors).toBe('ENABLED');
  });

  it('gives tokens for 15 minutes and renews them for 12 hours, unless they are revoked', () => {
    expect(client).toMatchObject({
      IdTokenValidity: 15,
      AccessTokenValidity: 15,
      RefreshTokenValidity: 720,
      TokenValidityUnits: { IdToken: 'minutes', AccessToken: 'minutes', RefreshToken: 'minutes' },
      EnableTokenRevocation: true,
    });
  });

  it('sends no browser anywhere with an authorization code where there is no page to sign in for', () => {
    const without = synthesise(aProductionStage({ console: false }));
    const { Properties: plain } = theResource(without, 'AWS::Cognito::UserPoolClient');
    expect(plain.AllowedOAuthFlowsUserPoolClient).toBe(false);
    // Scripts and a front end without Cognito's pages sign in by a call that sends no password.
    expect(plain.ExplicitAuthFlows).toEqual(['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
    expect(plain).not.toHaveProperty('AllowedOAuthFlows');
    expect(plain).not.toHaveProperty('CallbackURLs');
    without.resourceCountIs('AWS::Cognito::UserPoolDomain', 0);
  });

  it('sends browsers with a code, and only with a code, to its own console and the pages that the stage names', () => {
    const callbackUrls = ['https://console.example/'] as const;
    const withOthers = synthesise(
      aProductionStage({ identity: { kind: 'cognito', callbackUrls, authenticatorApp: 'required' } }),
    );
    const { Properties: others } = theResource(withOthers, 'AWS::Cognito::UserPoolClient');
    expect(others).toMatchObject({
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      // With another beside it, the ID token would not say which tenant.
      AllowedOAuthScopes: ['openid'],
    });
    const console = 'https://<ConsoleDistribution022D3262>';
    expect(others.CallbackURLs.map((url: unknown) => readable(withOthers, url))).toEqual([
      'https://console.example/',
      `${console}/signed-in`,
    ]);
    expect(others.LogoutURLs.map((url: unknown) => readable(withOthers, url))).toEqual([
      'https://console.example/',
      `${console}/signed-out`,
    ]);
  });

  it('signs people in on pages of Cognito’s, under a name of the stage and the account', () => {
    const { Properties: domain } = theResource(template, 'AWS::Cognito::UserPoolDomain');
    expect(readable(template, domain.Domain)).toBe(`${PREFIX}<AWS::AccountId>`);
    expect(readable(template, domain.UserPoolId)).toBe(`${PREFIX}users`);
  });

  it('is what the API is told to believe', () => {
    expect(readable(template, template.toJSON()['Outputs'].IssuerUrl.Value)).toBe(`https://${PREFIX}users`);
    expect(environmentOf(template, `${PREFIX}api`)).toMatchObject({
      TENANT_CLAIM: 'custom:tenantId',
      PERMISSIONS_CLAIM: 'cognito:groups',
    });
  });

  it('outlives the stack of production with its groups, and cannot be deleted by one call', () => {
    const groups = Object.values(template.findResources('AWS::Cognito::UserPoolGroup'));
    for (const kept of [pool, ...groups]) {
      expect(kept).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('goes with the stack of a stage whose data is disposable', () => {
    const gone = theResource(synthesise(createStages({}).staging), 'AWS::Cognito::UserPool');
    expect(gone['DeletionPolicy']).toBe('Delete');
  });

  it('takes a password as it is on a test stage only', () => {
    const { production: _, ...others } = createStages({});
    const flows = Object.values(others).map((stage) => {
      const { ExplicitAuthFlows } = theResource(synthesise(stage), 'AWS::Cognito::UserPoolClient')['Properties'];
      return [stage.name, ExplicitAuthFlows.includes('ALLOW_USER_PASSWORD_AUTH')];
    });
    expect(flows).toEqual([
      ['staging', false],
      ['e2e', true],
      ['beside', true],
    ]);
  });
});

describe('an external issuer', () => {
  const template = synthesise(
    aProductionStage({
      console: false,
      identity: {
        kind: 'oidc',
        issuerUrl: 'https://login.example/thalian',
        audience: ['webhooks-api', 'webhooks-console'],
        tenantClaim: 'org',
        permissionsClaim: 'roles',
      },
    }),
  );

  it('takes the place of the user pool', () => {
    template.resourceCountIs('AWS::Cognito::UserPool', 0);
    template.resourceCountIs('AWS::Cognito::UserPoolClient', 0);
    template.resourceCountIs('AWS::Cognito::UserPoolGroup', 0);
    const outputs = template.toJSON()['Outputs'];
    expect(outputs.IssuerUrl.Value).toBe('https://login.example/thalian');
    expect(outputs).not.toHaveProperty('UserPoolId');
    expect(outputs).not.toHaveProperty('UserPoolClientId');
  });

  it('is the one whose tokens API Gateway takes, with the claims that the stage names', () => {
    expect(theResource(template, 'AWS::ApiGatewayV2::Authorizer')['Properties'].JwtConfiguration).toEqual({
      Issuer: 'https://login.example/thalian',
      Audience: ['webhooks-api', 'webhooks-console'],
    });
    expect(environmentOf(template, `${PREFIX}api`)).toMatchObject({ TENANT_CLAIM: 'org', PERMISSIONS_CLAIM: 'roles' });
  });
});
