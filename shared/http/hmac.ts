/** A hash that only who has the key can make or compare: it proves where a text comes from, and gives nothing away of it. */
import { createHmac } from 'node:crypto';

/** HMAC-SHA256. `purpose` keeps the uses of one key apart: what is made for one proves nothing for another. */
export function hmac(key: string, purpose: string, text: string): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([purpose, text]))
    .digest();
}
