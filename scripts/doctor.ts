/** `npm run doctor`: what a stage's account lacks. It changes nothing. */
import { readOptions, readStageName, required } from '../local/command-line.ts';
import { openAccount } from './stage/account.ts';
import { type Examined, examine } from './stage/examine.ts';

const USAGE = `npm run doctor -- --stage S

Asks the account for what the stage needs: the CDK's bootstrap, Lambda's quota, the state of the stack, the mailbox of the
alarms, protection from deletion; and explains what cannot be asked. Before a first deploy and after it; it changes nothing,
and fails if something is missing. Credentials and region as for the AWS CLI (AWS_PROFILE, AWS_REGION).`;

const SIGNS: Readonly<Record<Examined['result'], string>> = {
  fine: '✓',
  missing: '✗',
  'not-yet': '-',
  'cannot-ask': '?',
};

try {
  const values = readOptions({ stage: { type: 'string' }, help: { type: 'boolean', default: false } });
  if (values.help) {
    console.log(USAGE);
  } else {
    const examined = await examine(openAccount(process.env), required(readStageName, 'stage', values.stage));
    console.log(examined.map(({ subject, result, text }) => `${SIGNS[result]} ${subject}: ${text}`).join('\n'));
    process.exitCode = examined.some(({ result }) => result === 'missing') ? 1 : 0;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
