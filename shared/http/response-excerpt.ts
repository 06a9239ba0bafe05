/** What the tenant may read of a response: the part that the log keeps of a failed one, and what a test send shows. */
import type { ReceiverResponse } from './attempt-outcome.ts';
import { maskBeginning, type PreparedSecrets } from './mask-secrets.ts';

export const KEPT_BYTES = 1_024;

/** More than is kept, because masks are short and bring what is behind them forward. */
export const READ_BYTES = 4 * KEPT_BYTES;

/** Enough to see what answered: a proxy, a login page, the receiver itself. */
const SHOWN_HEADERS = 20;

/** Masked first and cut then, between characters, so that no half of a secret is left at the cut. */
export function excerptResponse(body: string, secrets: readonly PreparedSecrets[]): string {
  const kept = new Uint8Array(KEPT_BYTES);
  const { text } = maskBeginning(body, READ_BYTES, secrets);
  const { written } = new TextEncoder().encodeInto(text, kept);
  return new TextDecoder().decode(kept.subarray(0, written));
}

/** The first headers, and as much of each and of the body as is kept of a body, every secret masked. */
export function maskResponse(
  { statusCode, headers, body }: ReceiverResponse,
  secrets: readonly PreparedSecrets[],
): ReceiverResponse {
  const shown = Object.entries(headers)
    .slice(0, SHOWN_HEADERS)
    .map(([name, value]) => [excerptResponse(name, secrets), excerptResponse(value, secrets)]);
  return { statusCode, headers: Object.fromEntries(shown), body: excerptResponse(body, secrets) };
}
