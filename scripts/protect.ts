/** `npm run protect`: after a deploy that succeeded, protects a stage from deletion. */
import { readOptions, readStageName, required } from '../local/command-line.ts';
import { openAccount } from './stage/account.ts';
import { protect } from './stage/protect.ts';

const USAGE = `npm run protect -- --stage S

Turns on termination protection of the stack, and deletion protection of its tables and user pool. Later deploys leave it on.
Credentials and region as for the AWS CLI (AWS_PROFILE, AWS_REGION).`;

try {
  const values = readOptions({ stage: { type: 'string' }, help: { type: 'boolean', default: false } });
  if (values.help) {
    console.log(USAGE);
  } else {
    const stageName = required(readStageName, 'stage', values.stage);
    const protectedNow = await protect(openAccount(process.env), stageName, console.error);
    const what = protectedNow.length > 0 ? `protected now: ${protectedNow.join(', ')}` : 'everything was protected';
    console.log(`${stageName}: ${what}.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
