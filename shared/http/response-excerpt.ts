/** What the tenant may read of an answer: the part that the log keeps of a failed one, and what a test send shows. */
import { MAX_RESPONSE_BYTES, type ReceiverResponse } from './attempt-outcome.ts';
import { maskSecrets } from './mask-secrets.ts';

export const KEPT_BYTES = 1_024;

/** Enough to see what answered: a proxy, a login page, the receiver itself. */
const SHOWN_HEADERS = 20;

/**
 * Masked first and cut then, so that no half of a secret is left at the cut; cut between characters. A body as long as is
 * read at most may have been cut before: masks are short, and bring that place forward into what is kept.
 */
export function excerptResponse(body: string, secrets: readonly string[]): string {
  const kept = new Uint8Array(KEPT_BYTES);
  const isCutOff = Buffer.byteLength(body) >= MAX_RESPONSE_BYTES;
  const { written } = new TextEncoder().encodeInto(maskSecrets(body, secrets, isCutOff), kept);
  return new TextDecoder().decode(kept.subarray(0, written));
}

/** The first headers, and as much of each and of the body as is kept of a body, every secret masked. */
export function maskResponse(
  { statusCode, headers, body }: ReceiverResponse,
  secrets: readonly string[],
): ReceiverResponse {
  const shown = Object.entries(headers)
    .slice(0, SHOWN_HEADERS)
    .map(([name, value]) => [excerptResponse(name, secrets), excerptResponse(value, secrets)]);
  return { statusCode, headers: Object.fromEntries(shown), body: excerptResponse(body, secrets) };
}
