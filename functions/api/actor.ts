/**
 * Who is calling, by the claims of a token that API Gateway has verified. No other part of a request says anything about
 * the tenant, and a request without verified claims has no actor.
 */
import { parseTenantId, type TenantId } from '../../shared/runtime/ids.ts';

export type Permission = 'webhooks-read' | 'webhooks-write';

export interface ApiActor {
  readonly tenantId: TenantId;
  /** For the record of changes: the verified e-mail address, or the issuer's own id of the user. */
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
}

export interface ClaimNames {
  readonly tenant: string;
  readonly permissions: string;
}

/** As API Gateway hands them over: mostly strings, lists as `[a b]`. */
export type Claims = Readonly<Record<string, unknown>>;

/** Undefined if the token is not one for this API. */
export function identifyActor(claims: Claims | undefined, names: ClaimNames): ApiActor | undefined {
  if (claims === undefined || !isIdToken(claims)) {
    return undefined;
  }
  const tenantId = parseTenantId(textOf(claims[names.tenant]));
  const name = nameOf(claims);
  return tenantId && name !== ''
    ? { tenantId, name, permissions: permissionsOf(claims[names.permissions]) }
    : undefined;
}

/** Who may write may also read. */
export function mayDo({ permissions }: ApiActor, permission: Permission): boolean {
  return permissions.has(permission) || permissions.has('webhooks-write');
}

/** Cognito says which of its tokens it is; only ID tokens carry the tenant. Other issuers do not say. */
function isIdToken(claims: Claims): boolean {
  return claims['token_use'] === undefined || claims['token_use'] === 'id';
}

/** An unverified address may belong to another person. */
function nameOf(claims: Claims): string {
  const isVerified = textOf(claims['email_verified']) === 'true';
  return (isVerified && textOf(claims['email'])) || textOf(claims['sub']);
}

function permissionsOf(claim: unknown): ReadonlySet<Permission> {
  const words = Array.isArray(claim)
    ? claim.map(textOf)
    : textOf(claim)
        .replace(/^\[(.*)\]$/, '$1')
        .split(/[\s,]+/);
  const known: readonly Permission[] = ['webhooks-read', 'webhooks-write'];
  return new Set(known.filter((permission) => words.includes(permission)));
}

function textOf(claim: unknown): string {
  return claim === undefined || claim === null ? '' : String(claim);
}
