/** Code that verifies what a secret signs, word for word as the page for receivers has it and its tests run it. */

import goReceiver from '../../docs/snippets/verify.go?raw';
import nodeReceiver from '../../docs/snippets/verify.mjs?raw';
import pythonReceiver from '../../docs/snippets/verify.py?raw';
import shell from '../../docs/snippets/verify.sh?raw';
import csharp from '../../docs/snippets/verify-signatures.cs?raw';
import go from '../../docs/snippets/verify-signatures.go?raw';
import java from '../../docs/snippets/verify-signatures.java?raw';
import php from '../../docs/snippets/verify-signatures.php?raw';
import python from '../../docs/snippets/verify-signatures.py?raw';
import ruby from '../../docs/snippets/verify-signatures.rb?raw';
import nodeFunction from '../../docs/snippets/verify-x-thalian-signature.mjs?raw';
import shellOfStripe from '../../docs/snippets/verify-x-thalian-signature.sh?raw';

export interface SnippetFile {
  readonly file: string;
  readonly code: string;
  /** How it is run beside the secret in the environment; absent for a function to be called. */
  readonly command?: string;
}

export interface Snippet {
  readonly id: string;
  readonly label: string;
  /** The header that the product documentation names comes first, Standard Webhooks beside it. */
  readonly files: readonly SnippetFile[];
}

export const SNIPPETS: readonly Snippet[] = [
  {
    id: 'node',
    label: 'Node.js',
    files: [
      { file: 'verify-x-thalian-signature.mjs', code: nodeFunction },
      { file: 'verify.mjs', code: nodeReceiver, command: 'PORT=8080 node verify.mjs' },
    ],
  },
  {
    id: 'python',
    label: 'Python',
    files: [
      { file: 'verify-signatures.py', code: python, command: 'python3 verify-signatures.py body.json' },
      { file: 'verify.py', code: pythonReceiver, command: 'PORT=8080 python3 verify.py' },
    ],
  },
  {
    id: 'go',
    label: 'Go',
    files: [
      { file: 'verify-signatures.go', code: go, command: 'go run verify-signatures.go body.json' },
      { file: 'verify.go', code: goReceiver, command: 'PORT=8080 go run verify.go' },
    ],
  },
  {
    id: 'java',
    label: 'Java',
    files: [{ file: 'verify-signatures.java', code: java, command: 'java verify-signatures.java body.json' }],
  },
  {
    id: 'csharp',
    label: 'C#',
    files: [{ file: 'verify-signatures.cs', code: csharp, command: 'dotnet run verify-signatures.cs body.json' }],
  },
  {
    id: 'php',
    label: 'PHP',
    files: [{ file: 'verify-signatures.php', code: php, command: 'php verify-signatures.php body.json' }],
  },
  {
    id: 'ruby',
    label: 'Ruby',
    files: [{ file: 'verify-signatures.rb', code: ruby, command: 'ruby verify-signatures.rb body.json' }],
  },
  {
    id: 'shell',
    label: 'Shell',
    files: [
      {
        file: 'verify-x-thalian-signature.sh',
        code: shellOfStripe,
        command: 'sh verify-x-thalian-signature.sh body.json',
      },
      { file: 'verify.sh', code: shell, command: 'sh verify.sh body.json' },
    ],
  },
];
