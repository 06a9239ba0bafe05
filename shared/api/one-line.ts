/**
 * Text on one line: no control characters, line separators or halves of surrogate pairs, and nothing that overrides the
 * direction of text and so reorders what a person reads ("Trojan Source", CVE-2021-42574).
 */
export const ONE_LINE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u;
