/** The little of Splunk's own client that the tests use; the package has no types. */
declare module 'splunk-logging' {
  interface Context {
    readonly message: unknown;
    readonly metadata: Readonly<Record<string, unknown>>;
  }

  class Logger {
    constructor(config: { readonly token: string; readonly url: string });
    eventFormatter: (message: unknown) => unknown;
    send(context: Context, callback: (error: Error | null) => void): void;
  }

  const splunkLogging: { readonly Logger: typeof Logger };
  export default splunkLogging;
}
