/** `npm run redrive`: the platform team's most frequent command, by a name of its own. */
import { redrive } from './ops/redrive.ts';
import { runFromTerminal } from './ops/terminal.ts';

await runFromTerminal(redrive, process.argv.slice(2));
