/** Who has signed in, by the claims of the ID token. The API decides by the same claims; here they only shape the page. */

export interface Person {
  /** For the corner of the page. */
  readonly name: string;
  readonly tenantId: string;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
}

export interface PersonClaims {
  readonly tenantClaim: string;
  readonly permissionsClaim: string;
}

export function personOf(claims: Readonly<Record<string, unknown>>, names: PersonClaims): Person {
  const permissions = permissionsOf(claims[names.permissionsClaim]);
  const mayWrite = permissions.includes('webhooks-write');
  return {
    name: textOf(claims['email']) || textOf(claims['name']) || textOf(claims['sub']),
    tenantId: textOf(claims[names.tenantClaim]),
    mayRead: mayWrite || permissions.includes('webhooks-read'),
    mayWrite,
  };
}

/** Issuers write lists as arrays or, like scopes, in one string. */
function permissionsOf(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.map(textOf) : textOf(claim).split(/[\s,]+/);
}

function textOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}
