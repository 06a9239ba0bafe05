/**
 * How every AWS client here behaves: the SDK's own time-outs are unlimited, and one hanging call must not eat the
 * invocation. Three tries of 2 s leave room for a 10 s POST and its record within the function's 30 s.
 */
export const AWS_CLIENT_SETTINGS = {
  maxAttempts: 3,
  // Without the last setting the SDK's handler only logs a warning when the time is up, and goes on waiting.
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
} as const;

interface WithMiddleware {
  readonly middlewareStack: { remove(name: string): boolean };
}

/**
 * A client that behaves so, without the SDK's logging middleware: it copies every input and output for a logger that there
 * is not, which takes a quarter of a call's CPU time. What fails is logged by us.
 */
export function createAwsClient<Client extends WithMiddleware>(
  Client: new (settings: typeof AWS_CLIENT_SETTINGS) => Client,
): Client {
  const client = new Client(AWS_CLIENT_SETTINGS);
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
