interface Stack {
  add(
    middleware: (next: Handler, context: { readonly commandName?: string }) => Handler,
    options: { readonly step: 'initialize'; readonly name: string },
  ): void;
}

type Handler = (args: { readonly input: object }) => Promise<{ readonly output: object }>;

/** Answers every command of an AWS client in turn, without a network; keeps what was asked. */
export function respondToCommands(client: { readonly middlewareStack: object }, responses: readonly object[]) {
  const asked: { readonly commandName: string; readonly input: object }[] = [];
  // The clients' stacks differ in their types only by the inputs that pass through.
  (client.middlewareStack as Stack).add(
    (_next, { commandName = 'unknown' }) =>
      async ({ input }) => {
        asked.push({ commandName, input });
        const response = responses[Math.min(asked.length, responses.length) - 1] ?? {};
        return { output: { $metadata: {}, ...response } };
      },
    { step: 'initialize', name: 'answerCommands' },
  );
  return asked;
}
