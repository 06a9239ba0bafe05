/** `npm run ops`: what the platform team does by hand, in AWS, in the emulator or in the running local system. */
import { COMMANDS } from './ops/commands.ts';
import { runFromTerminal } from './ops/terminal.ts';

const USAGE = `npm run ops -- COMMAND [options]

  publish    put a finding event on the bus
  webhooks   list a tenant's webhooks, with their state and health
  show       one webhook, with its latest deliveries and their attempts
  pause      send nothing more to a webhook, and keep nothing
  disable    send nothing more to a webhook, and hold its findings
  resume     enable a webhook again
  delete     delete a webhook and its secrets
  notices    say which webhook gets notices about another
  retry      re-open failed or held deliveries, as the card's retry does
  redrive    move the redrive messages of exhausted deliveries, as npm run redrive
  findings   list by reason what was set aside instead of delivered
  redrive-findings
             hand back what was set aside, once it can be read
  replay     deliver findings of a past time that left no row, out of the archive
  export     write down what the service has of a tenant
  erase      delete what the service has of a tenant
  orphaned-secrets
             find and delete secrets whose webhook is gone
  missing-secrets
             find and pause webhooks whose secret is gone
  restore    make a new table of what a table had at a moment

Each says more with --help. What changes something only says what it would do, until you add --apply. All take
--stage S for a stage in AWS, with the environment as for the AWS CLI (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL);
without it they talk to the running local system.`;

const [name = '--help', ...args] = process.argv.slice(2);
await runFromTerminal(async (rest, session) => {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) {
    await command(rest, session);
  } else if (name === '--help') {
    session.say(USAGE);
  } else {
    throw new Error(`There is no command ${name}: there are ${Object.keys(COMMANDS).join(', ')}.`);
  }
}, args);
