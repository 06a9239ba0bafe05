/** Which texts a finding may have as a link. Pure, because the parser and the repair must agree on them. */
import { FINDING_BOUNDS } from './finding.ts';

/** Neither white space nor control characters: formats put it into links. */
export const HTTP_URL = /^https?:\/\/[^\s\p{Cc}]+$/u;
export const HTTPS_URL = /^https:\/\/[^\s\p{Cc}]+$/u;

/** Letters and a colon, and then neither a blank ("Note: …") nor a port ("localhost:8080"). */
const SCHEME = /^[a-z][a-z0-9+-]*:(?![\s\d])/i;

export function isLink(text: string): boolean {
  return (
    text.length <= FINDING_BOUNDS.urlCharacters && HTTP_URL.test(text) && text.isWellFormed() && URL.canParse(text)
  );
}

/** Where the finding's page may be. */
export function isSecureLink(text: string): boolean {
  return isLink(text) && HTTPS_URL.test(text);
}

/** Without white space around it, its scheme in small letters. */
export function respellLink(text: string): string {
  return text.trim().replace(/^https?:\/\//i, (scheme) => scheme.toLowerCase());
}

/** What products write where they have nothing to say. */
const NOTHING = /^(?:n\/?a|nil|null|none(?: provided)?|undefined|unknown)$/i;

/** A command, or an address without its scheme, helps a reader. A script or the rest of a broken link does not. */
export function readsAsText(text: string): boolean {
  return /\p{L}/u.test(text) && !SCHEME.test(text.trim()) && !NOTHING.test(text.trim());
}
