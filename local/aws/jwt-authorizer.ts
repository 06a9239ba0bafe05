/**
 * Whether API Gateway's JWT authorizer would accept a token, and what it would tell the function of it (API Gateway
 * guide, "Controlling access to HTTP APIs with JWT authorizers"). It does not know what the claims mean.
 */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';

/** By name; all values are strings, whatever they are in the token. */
export type VerifiedClaims = Readonly<Record<string, string>>;

/** Takes the `authorization` header. Undefined: no token, or none to rely on. */
export type JwtAuthorizer = (authorization: string | undefined) => Promise<VerifiedClaims | undefined>;

export interface JwtAuthorizerOptions {
  readonly issuerUrl: string;
  /** One of them must be the token's `aud`, or its `client_id` if it has no `aud`. */
  readonly audience: readonly string[];
}

/** "Currently, only RSA-based algorithms are supported", says the guide; `none` and the symmetric ones never are. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

const REQUIRED_CLAIMS = ['iss', 'exp'];

const configurationSchema = z.object({ jwks_uri: z.url() });

/** Asks the issuer where its keys are; the keys themselves are read when a token names one, and kept. */
export async function createJwtAuthorizer({ issuerUrl, audience }: JwtAuthorizerOptions): Promise<JwtAuthorizer> {
  const response = await fetch(`${issuerUrl}/.well-known/openid-configuration`);
  const { jwks_uri: keysUrl } = configurationSchema.parse(await response.json());
  const keys = createRemoteJWKSet(new URL(keysUrl));

  return async (authorization) => {
    const token = authorization?.replace(/^Bearer /i, '') ?? '';
    const payload = await verify(token);
    return payload !== undefined && isMeantForUs(payload) ? toVerifiedClaims(payload) : undefined;
  };

  async function verify(token: string): Promise<JWTPayload | undefined> {
    try {
      const options = { issuer: issuerUrl, algorithms: ALGORITHMS, requiredClaims: REQUIRED_CLAIMS };
      const { payload, protectedHeader } = await jwtVerify(token, keys, options);
      return protectedHeader.kid === undefined || isFromTheFuture(payload) ? undefined : payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        return undefined;
      }
      throw error;
    }
  }

  function isMeantForUs({ aud, client_id: clientId }: JWTPayload): boolean {
    return [aud ?? clientId].flat().some((name) => typeof name === 'string' && audience.includes(name));
  }
}

function isFromTheFuture({ iat }: JWTPayload): boolean {
  return iat !== undefined && iat > Date.now() / 1000;
}

/** Claims without a value are left out. */
function toVerifiedClaims(payload: JWTPayload): VerifiedClaims {
  const claims = Object.entries(payload).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(claims.map(([name, value]) => [name, toText(value)]));
}

/** A list becomes `[one two]`, which is as ambiguous as it looks: an element with a space in it reads as two. */
function toText(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(toText).join(' ')}]`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
