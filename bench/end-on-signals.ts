/**
 * Ends this process in good order at Ctrl-C: what is registered for its exit runs, and its children end with it. Not once:
 * npm passes on the Ctrl-C that the terminal has already sent, and a second one without a handler would end it half-way.
 */
export function endOnSignals(): void {
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 })) {
    process.on(signal, () => process.exit(128 + number));
  }
}
