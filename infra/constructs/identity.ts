/** Who may sign in to the API: a user pool of our own or any OIDC issuer, and what their tokens say where. */
import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  type CfnUserPool,
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
import type { CognitoIdentity, HttpsUrl, OidcIdentity, Stage } from '../stages.ts';
import type { KeptData } from './kept-data.ts';

export interface IdentityProps {
  readonly stage: Stage;
  readonly keptData: KeptData;
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

/** So long an invitation can be used. */
const INVITATION_DAYS = 3;

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

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    const { stage, consoleUrl } = props;
    const { identity } = stage;
    if (identity.kind === 'oidc') {
      this.tokens = identity;
      this.pages = identity.pages;
      return;
    }
    const pool = this.createPool(props, identity);
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

  private createPool({ stage, keptData, consoleUrl }: IdentityProps, { authenticatorApp }: CognitoIdentity): UserPool {
    const { removalPolicy } = keptData;
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
        tempPasswordValidity: Duration.days(INVITATION_DAYS),
      },
      userInvitation: invitation(consoleUrl),
      // Cognito's pages ask to set one up only where the pool requires it: with "optional" no account could have one.
      mfa: authenticatorApp === 'required' ? Mfa.REQUIRED : Mfa.OFF,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      removalPolicy,
    });
    keptData.protect(pool.node.defaultChild as CfnUserPool, 'DeletionProtection', 'ACTIVE');
    if (authenticatorApp === 'off') {
      Validations.of(pool).acknowledge({
        id: 'AwsSolutions-COG2',
        reason: 'The stage goes without a second factor. Live stages that keep their data require one.',
      });
    }
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason:
        'The Plus plan is paid for by active user. Accounts here are few, and made by an administrator, never by sign-up.',
    });
    for (const [id, groupName] of Object.entries(GROUPS)) {
      // Who is in it is data too.
      pool.addGroup(id, { groupName }).applyRemovalPolicy(removalPolicy);
    }
    return pool;
  }
}

/** In plain text, as Cognito sends it. It puts the address and a password for the first sign-in in place of the braces. */
function invitation(consoleUrl: string | undefined) {
  const where = consoleUrl === undefined ? '' : ` at ${consoleUrl}`;
  return {
    emailSubject: 'Your account for Thalian Outbound Webhooks',
    emailBody: `You can now see and change the webhooks of your organisation${where}. Sign in as {username} with the password {####} within ${INVITATION_DAYS} days. You then choose a password of your own.`,
  };
}

/**
 * For pages and scripts, which cannot keep a secret: a public client. A page proves itself by PKCE instead. Where there is one,
 * its code is the only way in: signing in by a call (SRP) would let a program try passwords.
 */
function addClient(pool: UserPool, stage: Stage, urls: PageUrls): UserPoolClient {
  const hasPages = urls.callbackUrls.length > 0;
  return pool.addClient('Client', {
    userPoolClientName: physicalName(stage.name, 'client'),
    generateSecret: false,
    authFlows: { userSrp: !hasPages, userPassword: stage.kind === 'test' && stage.passwordSignIn },
    ...(hasPages
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

/**
 * Cognito's own pages to sign in on, and the origins that a page of ours talks to meanwhile: the issuer's and theirs. The name is
 * spelt out, because a reference to the pool would close a circle: its invitations name the console's address.
 */
function signInOrigins(pool: UserPool, stage: Stage): HttpsUrl[] {
  // Unique in the region, over all accounts.
  const domainPrefix = physicalName(stage.name, Aws.ACCOUNT_ID);
  pool.addDomain('SignIn', { cognitoDomain: { domainPrefix } });
  const { region } = Stack.of(pool);
  return [`https://cognito-idp.${region}.amazonaws.com`, `https://${domainPrefix}.auth.${region}.amazoncognito.com`];
}
