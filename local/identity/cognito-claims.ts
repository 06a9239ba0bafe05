/** What a Cognito user pool puts into its tokens about a user (Cognito guide, "Understanding the ID token"). */
import { createHash, randomUUID } from 'node:crypto';
import type { LocalUser } from './local-user.ts';

export const TENANT_CLAIM = 'custom:tenantId';
export const PERMISSIONS_CLAIM = 'cognito:groups';

export type TokenClaims = Readonly<Record<string, unknown>>;

export function idTokenClaims(user: LocalUser, clientId: string, signedInAtSeconds: number): TokenClaims {
  return {
    ...commonClaims(user, 'id', signedInAtSeconds),
    aud: clientId,
    email: `${user.username}@${user.tenantId}.example`,
    email_verified: true,
    'cognito:username': user.username,
    [TENANT_CLAIM]: user.tenantId,
  };
}

/** Custom attributes are in ID tokens only: an access token does not say which tenant calls. */
export function accessTokenClaims(user: LocalUser, clientId: string, signedInAtSeconds: number): TokenClaims {
  return {
    ...commonClaims(user, 'access', signedInAtSeconds),
    client_id: clientId,
    username: user.username,
    scope: 'openid',
    version: 2,
  };
}

/** The claim is missing for a user in no group, rather than empty. */
function commonClaims({ username, permissions }: LocalUser, use: 'id' | 'access', signedInAtSeconds: number) {
  return {
    sub: subjectOf(username),
    token_use: use,
    auth_time: signedInAtSeconds,
    jti: randomUUID(),
    ...(permissions.length > 0 && { [PERMISSIONS_CLAIM]: permissions }),
  };
}

/** The same user has the same subject in every local system, in the form that Cognito's have. */
function subjectOf(username: string): string {
  const hash = createHash('sha256').update(username).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
