/** What every answer that is part of the console says to the browser, on whatever serves it. */

/** Besides the content security policy, which differs by stage. */
export const CONSOLE_HEADERS = {
  // Two years, as browsers' preload lists ask.
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

/**
 * Nothing runs, is drawn or is asked for but what comes from the console's own origin; `connectTo` are the origins that
 * people sign in at. No inline scripts or styles, no `eval`, no frame around it, no form that leads away.
 */
export function contentSecurityPolicy(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
