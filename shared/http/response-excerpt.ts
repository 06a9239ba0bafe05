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

/** Long enough for a host and a path; not for everything that a redirect may carry. */
const LOCATION_CHARACTERS = 300;

/** The first headers, and as much of each and of the body as is kept of a body, every secret masked. */
export function maskResponse(
  { statusCode, headers, body }: ReceiverResponse,
  secrets: readonly PreparedSecrets[],
): ReceiverResponse {
  const shown = Object.entries(headers)
    .slice(0, SHOWN_HEADERS)
    .map(([name, value]) => [
      excerptResponse(name, secrets),
      name === 'location' ? shownLocation(value, secrets) : excerptResponse(value, secrets),
    ]);
  return { statusCode, headers: Object.fromEntries(shown), body: excerptResponse(body, secrets) };
}

/**
 * Where a redirect leads: without its query and fragment, which often carry tokens, and without a user. Masked first,
 * because a cut could leave a part of a secret that is no longer found.
 */
export function shownLocation(location: string, secrets: readonly PreparedSecrets[]): string {
  const [address = '', ...rest] = excerptResponse(location, secrets).split(/[?#]/);
  const shown = address.replace(/^([a-z][a-z\d+.-]*:)?([\\/]{2,})[^\\/]*@/i, '$1$2');
  const cut = Array.from(shown).slice(0, LOCATION_CHARACTERS).join('');
  return rest.length === 0 && cut === shown ? cut : `${cut}…`;
}
