/** Who may sign in to the API: a user pool of our own or any OIDC issuer, and what their tokens say where. */
import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { SignInPaths } from '../../console/env.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { HttpsUrl, OidcIdentity, Stage } from '../stages.ts';

export interface IdentityProps {
  readonly stage: Stage;
  /** Origin of the stage's own console, if it has one. */
  readonly consoleUrl?: string | undefined;
}

/** What a token must come from and be for, and which of its claims say who the user is. */
type TokenRules = Omit<OidcIdentity, 'kind' | 'issuerUrl' | 'pages'> & { readonly issuerUrl: string };

const TENANT_ATTRIBUTE = 'tenantId';

/** As `parseTenantId` takes it. */
const TENANT_ID_LENGTHS = { minLen: 1, maxLen: 64 };

/** The names that the API looks for. Both in the claim `cognito:groups`, which Cognito fills. */
const GROUPS = { Readers: 'webhooks-read', Writers: 'webhooks-write' };

/**
 * Alone it brings every attribute that the client may read into the ID token. With `email` or `profile` beside it, those of
 * these scopes only, and no tenant (Cognito guide, "Scopes, M2M, and resource servers").
 */
const SCOPE = OAuthScope.OPENID;

/** Where users come back to the console from signing in or out. */
const PATHS = { signedIn: '/signed-in', signedOut: '/signed-out' } satisfies SignInPaths;

/** A user who is taken out of a group keeps its permission until the token ends. */
const TOKEN_VALIDITY = Duration.minutes(15);

/** One working day; a stolen refresh token is of no use the next. */
const SESSION_VALIDITY = Duration.hours(12);

/** Where people may be sent after signing in or out. */
interface PageUrls {
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
}

export class Identity extends Construct {
  readonly tokens: TokenRules;
  /** Undefined if accounts belong to another issuer. */
  readonly userPool: { readonly id: string; readonly clientId: string } | undefined;
  /** What the stage's own console signs in with. */
  readonly pages: NonNullable<OidcIdentity['pages']> | undefined;

  constructor(scope: Construct, id: string, { stage, consoleUrl }: IdentityProps) {
    super(scope, id);
    const { identity } = stage;
    if (identity.kind === 'oidc') {
      this.tokens = identity;
      this.pages = identity.pages;
      return;
    }
    const pool = this.createPool(stage);
    const urls = {
      callbackUrls: [...identity.callbackUrls, ...(consoleUrl ? [`${consoleUrl}${PATHS.signedIn}`] : [])],
      logoutUrls: [...identity.callbackUrls, ...(consoleUrl ? [`${consoleUrl}${PATHS.signedOut}`] : [])],
    };
    const hasPages = urls.callbackUrls.length > 0;
    const client = addClient(pool, stage, urls);
    this.pages = hasPages
      ? { clientId: client.userPoolClientId, scope: SCOPE.scopeName, signInOrigins: signInOrigins(pool, stage) }
      : undefined;
    this.userPool = { id: pool.userPoolId, clientId: client.userPoolClientId };
    this.tokens = {
      issuerUrl: `https://${pool.userPoolProviderName}`,
      audience: [client.userPoolClientId],
      tenantClaim: `custom:${TENANT_ATTRIBUTE}`,
      permissionsClaim: 'cognito:groups',
    };
  }

  private createPool(stage: Stage): UserPool {
    const kept = stage.dataOnDelete === 'keep';
    const removalPolicy = kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const pool = new UserPool(this, 'UserPool', {
      userPoolName: physicalName(stage.name, 'users'),
      // Accounts are made by an administrator, who says which tenant each belongs to.
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      customAttributes: {
        // Set with the account and immutable: a user who moves to another tenant gets a new account.
        [TENANT_ATTRIBUTE]: new StringAttribute({ ...TENANT_ID_LENGTHS, mutable: false }),
      },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: kept,
      removalPolicy,
    });
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Each account may set up an authenticator app. Who has to enforce one brings an issuer that does (OidcIdentity).',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The Plus plan is paid for by active user. Accounts here are few, and made by an administrator, never by sign-up.',
      },
    );
    for (const [id, groupName] of Object.entries(GROUPS)) {
      // Who is in it is data too.
      pool.addGroup(id, { groupName }).applyRemovalPolicy(removalPolicy);
    }
    return pool;
  }
}

/** For pages and scripts, which cannot keep a secret: a public client. A page proves itself by PKCE instead. */
function addClient(pool: UserPool, stage: Stage, urls: PageUrls): UserPoolClient {
  return pool.addClient('Client', {
    userPoolClientName: physicalName(stage.name, 'client'),
    generateSecret: false,
    authFlows: { userSrp: true, userPassword: stage.kind === 'test' && stage.passwordSignIn },
    ...(urls.callbackUrls.length > 0
      ? {
          oAuth: {
            flows: { authorizationCodeGrant: true },
            scopes: [SCOPE],
            callbackUrls: [...urls.callbackUrls],
            logoutUrls: [...urls.logoutUrls],
          },
        }
      : { disableOAuth: true }),
    // An ID token has the claims that its client may read.
    readAttributes: new ClientAttributes()
      .withStandardAttributes({ email: true, emailVerified: true, fullname: true })
      .withCustomAttributes(TENANT_ATTRIBUTE),
    // Something must be named: Cognito takes no list, or an empty one, for all standard attributes.
    writeAttributes: new ClientAttributes().withStandardAttributes({ fullname: true }),
    idTokenValidity: TOKEN_VALIDITY,
    accessTokenValidity: TOKEN_VALIDITY,
    refreshTokenValidity: SESSION_VALIDITY,
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  });
}

/** Cognito's own pages to sign in on, and the origins that a page of ours talks to meanwhile: the issuer's and theirs. */
function signInOrigins(pool: UserPool, stage: Stage): HttpsUrl[] {
  const domain = pool.addDomain('SignIn', {
    // Unique in the region, over all accounts.
    cognitoDomain: { domainPrefix: physicalName(stage.name, Aws.ACCOUNT_ID) },
  });
  const issuerHost = `cognito-idp.${Stack.of(pool).region}.amazonaws.com`;
  return [`https://${issuerHost}`, `https://${domain.domainName}.auth.${Stack.of(pool).region}.amazoncognito.com`];
}
