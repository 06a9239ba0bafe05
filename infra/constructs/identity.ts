/** Who may sign in to the API: a user pool of our own, or somebody else's OIDC issuer, and what their tokens say where. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
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
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { CognitoIdentity, OidcIdentity, Stage } from '../stages.ts';

export interface IdentityProps {
  readonly stage: Stage;
}

/** What a token must come from and be for, and which of its claims say who somebody is. */
type TokenRules = Omit<OidcIdentity, 'kind' | 'issuerUrl'> & { readonly issuerUrl: string };

const TENANT_ATTRIBUTE = 'tenantId';

/** As `parseTenantId` takes it. */
const TENANT_ID_LENGTHS = { minLen: 1, maxLen: 64 };

/** The names that the API looks for. Both in the claim `cognito:groups`, which Cognito fills. */
const GROUPS = { Readers: 'webhooks-read', Writers: 'webhooks-write' };

/** Who is taken out of a group keeps what it allowed until his token ends. */
const TOKEN_VALIDITY = Duration.minutes(15);

/** One working day; a stolen refresh token is of no use the next. */
const SESSION_VALIDITY = Duration.hours(12);

export class Identity extends Construct {
  readonly tokens: TokenRules;
  /** Undefined if accounts are somebody else's. */
  readonly userPool: { readonly id: string; readonly clientId: string } | undefined;

  constructor(scope: Construct, id: string, { stage }: IdentityProps) {
    super(scope, id);
    const { identity } = stage;
    if (identity.kind === 'oidc') {
      this.tokens = identity;
      return;
    }
    const pool = this.createPool(stage);
    const client = addClient(pool, stage, identity);
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
        // Set with the account and never again, by nobody: to move somebody to another tenant is to make a new account.
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
function addClient(pool: UserPool, stage: Stage, { callbackUrls }: CognitoIdentity): UserPoolClient {
  return pool.addClient('Client', {
    userPoolClientName: physicalName(stage.name, 'client'),
    generateSecret: false,
    authFlows: { userSrp: true, userPassword: stage.kind === 'test' && stage.passwordSignIn },
    // Signing in on Cognito's own page also takes a domain for it (`pool.addDomain`), which comes with the console.
    ...(callbackUrls.length === 0
      ? { disableOAuth: true }
      : {
          oAuth: {
            flows: { authorizationCodeGrant: true },
            scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
            callbackUrls: [...callbackUrls],
            logoutUrls: [...callbackUrls],
          },
        }),
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
