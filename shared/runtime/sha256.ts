/**
 * SHA-256 as the SDK's signer asks for it, plain or keyed. The key of an HMAC is kept ready with the bytes that it is made of:
 * the signer uses the same for a whole day, and to make the key again takes four times as long as to sign.
 */
import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

type Bytes = ArrayBuffer | ArrayBufferView;

const keys = new WeakMap<Bytes, KeyObject>();

export class Sha256 {
  readonly #hash: { update(data: string | Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: string | Bytes) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  /** Part of the interface; a signer never calls it. */
  reset(): void {
    throw new Error('A hash is used once.');
  }
}

function keyOf(secret: string | Bytes): string | KeyObject {
  if (typeof secret === 'string') {
    return secret;
  }
  const key = keys.get(secret) ?? createSecretKey(bytesOf(secret));
  keys.set(secret, key);
  return key;
}

function bytesOf(secret: Bytes): Uint8Array {
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}
