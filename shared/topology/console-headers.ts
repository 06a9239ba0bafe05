/** What every response that is part of the console says to the browser, on whatever serves it. */

/** Two years, as browsers' preload lists ask. */
export const TRANSPORT_SECURITY_SECONDS = 2 * 365 * 24 * 60 * 60;

/** What other pages may do with ours, and what ours may ask of the device: nothing. */
export const ISOLATION_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

/** Besides the content security policy, which differs by stage. */
export const CONSOLE_HEADERS = {
  'strict-transport-security': `max-age=${TRANSPORT_SECURITY_SECONDS}; includeSubDomains`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  ...ISOLATION_HEADERS,
} as const;

/** Of `console/shell.css`, the one style sheet that is in the page itself: what is seen first waits for no second file. */
export const SHELL_STYLE_HASH = 'sha256-W5yDVxSNWMbDXvyh1+wWQ5PzJrN1hlgTjcTFh6JLYfM=';

/**
 * Nothing runs, is drawn or is asked for but what comes from the console's own origin; `connectTo` are the origins that
 * people sign in at. No inline scripts, of inline styles the shell's alone, no `eval`, no frame around it, no form that leads away.
 */
export function contentSecurityPolicy(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' '${SHELL_STYLE_HASH}'`,
    "font-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
