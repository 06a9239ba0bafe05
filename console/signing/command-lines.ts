/** How a snippet is run without its secret in the command. */

/**
 * Asks for the secret, which is pasted unseen, then runs the command: within the command it would stay in the history of the
 * shell. For bash and zsh.
 */
export function commandLines(command: string): string {
  return `read -rs WEBHOOK_SECRET && export WEBHOOK_SECRET\n${command}`;
}
