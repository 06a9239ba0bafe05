/**
 * How every AWS client here behaves: the SDK's own time-outs are unlimited, and one hanging call must not eat the
 * invocation. Three tries of 2 s leave room for a 10 s POST and its record within the function's 30 s.
 */
export const AWS_CLIENT_SETTINGS = { maxAttempts: 3 } as const;

/** Of each try, in milliseconds: until the connection is made, and until the response is read. */
export const AWS_REQUEST_LIMITS = { connectionTimeout: 1_000, requestTimeout: 2_000 } as const;
