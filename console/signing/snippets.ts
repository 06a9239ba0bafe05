/** Code that verifies what a secret signs, word for word as the page for receivers has it and its tests run it. */
import go from '../../docs/snippets/verify.go?raw';
import node from '../../docs/snippets/verify.mjs?raw';
import python from '../../docs/snippets/verify.py?raw';
import shell from '../../docs/snippets/verify.sh?raw';

export interface Snippet {
  readonly id: string;
  readonly label: string;
  readonly file: string;
  readonly code: string;
  /** How it is run beside the secret in the environment. */
  readonly command: string;
}

export const SNIPPETS: readonly Snippet[] = [
  { id: 'node', label: 'Node.js', file: 'verify.mjs', code: node, command: 'PORT=8080 node verify.mjs' },
  { id: 'python', label: 'Python', file: 'verify.py', code: python, command: 'PORT=8080 python3 verify.py' },
  { id: 'go', label: 'Go', file: 'verify.go', code: go, command: 'PORT=8080 go run verify.go' },
  { id: 'shell', label: 'Shell', file: 'verify.sh', code: shell, command: 'sh verify.sh body.json' },
];

/** A command with the secret in its environment. Generated secrets hold nothing that a shell reads within quotes. */
export function commandWith(secret: string, command: string): string {
  return `WEBHOOK_SECRET='${secret}' ${command}`;
}
