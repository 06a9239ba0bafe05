/** `npm run ops`: what the platform team does by hand, in AWS, in the emulator or in the running local system. */
import { listSetAside } from './ops/findings.ts';
import { publish } from './ops/publish.ts';
import { redriveFindings } from './ops/redrive-findings.ts';
import { replay } from './ops/replay.ts';
import { retry } from './ops/retry.ts';
import type { OpsSession } from './ops/session.ts';
import { listWebhooks } from './ops/webhooks.ts';
import { findStageResources } from './stage-resources.ts';

const USAGE = `npm run ops -- COMMAND [options]

  publish    put a finding event on the bus
  webhooks   list a tenant's webhooks, with their state and health
  retry      re-open failed or held deliveries, as the card's retry does
  findings   list by reason what was set aside instead of delivered
  redrive-findings
             hand back what was set aside, once it can be read
  replay     deliver findings of a past time that left no row, out of the archive

Each says more with --help. What changes something only says what it would do, until you add --apply. All take
--stage S for a stage in AWS, with the environment as for the AWS CLI (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL);
without it they talk to the running local system. Redrive messages are moved by: npm run redrive.`;

const COMMANDS: Readonly<Record<string, (args: readonly string[], session: OpsSession) => Promise<void>>> = {
  publish,
  webhooks: listWebhooks,
  retry,
  findings: listSetAside,
  'redrive-findings': redriveFindings,
  replay,
};

const [name = '--help', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
try {
  if (command !== undefined) {
    await command(args, { findResources: findStageResources, say: console.log, note: console.error, interruption });
  } else if (name === '--help') {
    console.log(USAGE);
  } else {
    throw new Error(`There is no command ${name}: there are ${Object.keys(COMMANDS).join(', ')}.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function interruption(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort();
    process.exitCode = 130;
  });
  return interrupted.signal;
}
