/** The part of a failed attempt's answer that is kept for the tenant to read. */
import { maskSecrets } from './mask-secrets.ts';

const KEPT_BYTES = 1_024;

/** Masked first and cut then, so that no half of a secret is left at the cut; cut between characters. */
export function excerptAnswer(body: string, secrets: readonly string[]): string {
  const kept = new Uint8Array(KEPT_BYTES);
  const { written } = new TextEncoder().encodeInto(maskSecrets(body, secrets), kept);
  return new TextDecoder().decode(kept.subarray(0, written));
}
