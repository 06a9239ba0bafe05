/** A short text that is the same for equal values, and else another: what two readings are compared by. */
import { createHash } from 'node:crypto';

/** 132 bits of SHA-256 over the value as JSON. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
