/** The public halves of a webhook's signing keys, as its item keeps them and receivers read them. They are no secret. */

export interface PublicKey {
  /** The thumbprint of the key (RFC 7638), by which it is known at the JWKS address. */
  readonly kid: string;
  /** 32 bytes in base64url, as in a JWK (RFC 8037). */
  readonly x: string;
  /** Until when the key signs, epoch milliseconds. Absent: it is the current one. */
  readonly until?: number;
}

/** Those that verify what is signed at this moment, the current one first. */
export function keysInUse(keys: readonly PublicKey[], nowMillis: number): readonly PublicKey[] {
  return keys.filter(({ until }) => until === undefined || nowMillis < until);
}

/** As Standard Webhooks writes a public key, for a receiver that fetches none: 32 bytes are 43 characters and one of padding. */
export function toPublicText({ x }: PublicKey): string {
  return `whpk_${x.replaceAll('-', '+').replaceAll('_', '/')}=`;
}
