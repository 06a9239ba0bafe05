/** A webhook's public keys as a JSON Web Key Set, and where it is. */
import * as z from 'zod';
import { keysInUse } from '../webhook/public-keys.ts';
import { MAX_SIGNING_SECRETS } from '../webhook/signing-secrets.ts';
import type { Webhook } from '../webhook/webhook.ts';

/** Everything below it may be read without a token. */
export const JWKS_PREFIX = '/v1/jwks/';

export function jwksPathOf(tenantId: string, webhookId: string): string {
  return `${JWKS_PREFIX}${tenantId}/${webhookId}`;
}

const jwkSchema = z
  .object({
    kty: z.literal('OKP').describe('Octet key pair (RFC 8037)'),
    crv: z.literal('Ed25519').describe('The curve'),
    alg: z.literal('EdDSA').describe('The algorithm'),
    use: z.literal('sig').describe('For signatures'),
    kid: z.string().meta({
      description: 'The thumbprint of the key (RFC 7638)',
      examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    }),
    x: z.string().meta({
      description: 'The public key: 32 bytes in base64url',
      examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
    }),
  })
  .meta({ id: 'Jwk', description: 'A public key' });

export const jwksSchema = z
  .object({ keys: z.array(jwkSchema).max(MAX_SIGNING_SECRETS).describe('The current one first') })
  .meta({ id: 'Jwks', description: 'A JSON Web Key Set' });

/** Undefined for a webhook without signing keys. */
export function toJwks({ secretContents }: Webhook, nowMillis: number): z.output<typeof jwksSchema> | undefined {
  const keys = secretContents?.publicKeys;
  return (
    keys && {
      keys: keysInUse(keys, nowMillis).map(({ kid, x }) => ({
        kty: 'OKP',
        crv: 'Ed25519',
        alg: 'EdDSA',
        use: 'sig',
        kid,
        x,
      })),
    }
  );
}
