// For receivers that hold no secret. Node 18 or newer, no packages.
import { createPublicKey, verify } from 'node:crypto';

const TOLERANCE_SECONDS = 300;
const KEEP_MILLIS = 5 * 60_000;
const REREAD_MILLIS = 60_000;

/**
 * `jwksUrl` is the address of the webhook's public keys. What comes back says of a request whether it is genuine: `headers`
 * with names in lower case, `body` the raw body as bytes. It rejects if the keys cannot be read: answer 503 then.
 */
export function createVerifier(jwksUrl) {
  let read = { at: Number.NEGATIVE_INFINITY, keys: [] };

  async function keysNotOlderThan(millis) {
    if (Date.now() - read.at > millis) {
      const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(5_000) });
      if (!response.ok) {
        throw new Error(`${jwksUrl} responds ${response.status}`);
      }
      const { keys } = await response.json();
      read = { at: Date.now(), keys: keys.map((key) => createPublicKey({ key, format: 'jwk' })) };
    }
    return read.keys;
  }

  return async (headers, body) => {
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
    if (!id || !timestamp || !(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) {
      return false;
    }
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
    const given = (signatures ?? '')
      .split(' ')
      .filter((signature) => signature.startsWith('v1a,'))
      .map((signature) => Buffer.from(signature.slice('v1a,'.length), 'base64'));
    const isByOne = (keys) => keys.some((key) => given.some((signature) => verify(null, signed, key, signature)));
    // A key that is newer than what was read verifies nothing yet.
    return (
      given.length > 0 &&
      (isByOne(await keysNotOlderThan(KEEP_MILLIS)) || isByOne(await keysNotOlderThan(REREAD_MILLIS)))
    );
  };
}
