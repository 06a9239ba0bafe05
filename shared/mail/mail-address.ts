/**
 * Which e-mail addresses notices may go to: one bare address that every mail server takes, in ASCII. No display name, no quoted
 * part, no list: what is typed here becomes the recipient of a mail.
 */

/** RFC 5321, 4.5.3.1: the longest path, less its brackets. */
export const MAIL_ADDRESS_CHARACTERS = 254;

/** Its part before the @ has at most 64 characters (RFC 5321, 4.5.3.1.1), a label of its domain 63 (RFC 1035, 2.3.4). */
export const MAIL_ADDRESS =
  /^(?=[^@]{1,64}@)[A-Za-z0-9_+&'=~-]+(\.[A-Za-z0-9_+&'=~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,63}|[Xx][Nn]--[A-Za-z0-9-]{1,59})$/;

export const NO_MAIL_ADDRESS =
  'An e-mail address looks like name@company.example: one address without a name before it, in ASCII letters.';

/** Servers tell `A@x` from `a@x` in theory, people never do: to us it is one address. */
export function sameAddress(address: string): string {
  return address.toLowerCase();
}
