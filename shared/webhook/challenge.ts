/**
 * Whether a webhook's address must show, before alerts can be turned on, that it expects us: by a challenge that it answers. A
 * URL is verified as it is, to the letter; how it is challenged is known to `shared/attempt`.
 */

/** Its presence asks for a challenge. */
export interface Challenge {
  /** The URL that answered one, and when, epoch milliseconds. */
  readonly verified?: { readonly url: string; readonly at: number };
}

/** Then alerts are off, and cannot be turned on. */
export function isUnverified({ challenge, url }: { readonly challenge?: Challenge; readonly url: string }): boolean {
  return challenge !== undefined && challenge.verified?.url !== url;
}
