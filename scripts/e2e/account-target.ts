/**
 * An account of AWS as a target, by one of the user's profiles. The stack cannot reach this machine from there, so the
 * suite's receiver is deployed too, as a stack of its own. Both are destroyed when the run ends.
 */
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.ts';
import { BIN, PLAIN_CDK, ROOT, type Run, type Target } from './target.ts';

const RECEIVER_APP = 'node scripts/on-node-24.mjs scripts/e2e/receiver/app.ts';

/** What would have the SDK or the CDK use something else than the profile. */
const IN_THE_WAY = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_DEFAULT_PROFILE'],
  ...['AWS_ENDPOINT_URL', 'EXTRA_CA_PEM'],
];

export async function openAccount(run: Run, profile: string): Promise<Target> {
  const { folder, signal, progress, atEnd } = run;
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const env = { ...profileEnvironment(process.env, profile), TMPDIR: temporary };
  const outputs = join(folder, 'receiver-outputs.json');
  const assembly = join(folder, 'receiver-assembly');
  const cdk = (until: AbortSignal, ...args: readonly string[]) =>
    runCommand({ file: join(BIN, 'cdk'), args: [...args, '--no-notices'], env, folder: ROOT }, until);

  await progress.phase('cdk deploy of the receiver', async () => {
    await cdk(signal, 'synth', '--app', RECEIVER_APP, '--output', assembly, '--quiet');
    // Before it is there: a deployment that breaks off leaves a stack too.
    atEnd(() =>
      progress.phase('cdk destroy of the receiver', async () => {
        await cdk(new AbortController().signal, 'destroy', '--app', assembly, '--force');
      }),
    );
    await cdk(signal, 'deploy', '--app', assembly, '--require-approval', 'never', '--outputs-file', outputs);
  });
  return {
    env: { ...env, E2E_RECEIVER_OUTPUTS_FILE: outputs },
    synthEnv: {},
    outlivesRun: true,
    fit: () => [],
  };
}

/** The user's own, since that is where the profile is, without what would go before it. */
export function profileEnvironment(own: NodeJS.ProcessEnv, profile: string): NodeJS.ProcessEnv {
  const rest = Object.entries(own).filter(([name]) => !IN_THE_WAY.includes(name));
  return {
    ...Object.fromEntries(rest),
    ...PLAIN_CDK,
    PATH: `${BIN}${delimiter}${own['PATH'] ?? ''}`,
    AWS_PROFILE: profile,
  };
}
