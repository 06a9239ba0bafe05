/**
 * `npm run e2e`: deploys the real stack with the real CDK, drives it from outside, destroys it, and leaves nothing running:
 * in an AWS emulator on this machine, or in an account. What is driven is in `test/e2e/`, which does not know which.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openAccount } from './e2e/account-target.ts';
import { openEmulator } from './e2e/emulator-target.ts';
import { findLeftovers } from './e2e/leftovers.ts';
import { createProgress } from './e2e/progress.ts';
import { runCommand } from './e2e/run-command.ts';
import { BIN, ROOT, type Run, type Target } from './e2e/target.ts';

/** The only one whose users may sign in by sending a password, and whose retries end within half a minute. */
const STAGE = 'e2e';

const USAGE = `npm run e2e -- [--profile P] [--stage ${STAGE}]

Deploys the stage ${STAGE}, drives it from outside and destroys it with all its data.

  --profile P  in the account and region of this profile, which is bootstrapped for the CDK; beside it a receiver,
               which everybody may call who knows its URL. Default: in an emulator on this machine
  --stage S    ${STAGE}: no other stage can be driven`;

/**
 * A run takes two minutes on two idle processors, several on busy ones; one that hangs must not take CI's hour. AWS takes
 * its time for functions, user pools and their ends.
 */
const GIVE_UP_AFTER_MINUTES = { emulator: 10, account: 40 };

const progress = createProgress((line) => console.log(line));
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Again and again, if the user is impatient: ending takes seconds, and must not be cut short.
  process.on(name, () => {
    process.exitCode = 128 + constants.signals[name];
    interruption.abort(new Error(`Interrupted by ${name}.`));
  });
}

for (const stream of [process.stdout, process.stderr]) {
  // The reader of the output may be gone; the run still has to clear up.
  stream.on('error', () => {});
}

const cleanUps: (() => Promise<void>)[] = [];

async function deployAndDrive({ folder, signal, atEnd, detail }: Run, target: Target): Promise<void> {
  const { env, toBootstrap } = target;
  const assembly = join(folder, 'assembly');
  const outputs = join(folder, 'outputs.json');
  const cdk = (args: readonly string[], until = signal) =>
    runCommand({ file: join(BIN, 'cdk'), args: [...args, '--no-notices'], env, folder: ROOT }, until);
  const suite = (part: string) => {
    const args = ['run', '--config', join('test', 'e2e', 'vitest.config.ts'), join('test', 'e2e', part)];
    const suiteEnv = { ...env, E2E_OUTPUTS_FILE: outputs };
    return runCommand({ file: join(BIN, 'vitest'), args, env: suiteEnv, folder: ROOT }, signal, detail);
  };
  const synthesise = async (into: string): Promise<readonly string[]> => {
    const args = ['synth', '-c', `stage=${STAGE}`, '--output', into, '--quiet', '--no-notices'];
    const synthEnv = { ...env, ...target.synthEnv };
    await runCommand({ file: join(BIN, 'cdk'), args, env: synthEnv, folder: ROOT }, signal);
    return target.fit(into);
  };

  await progress.phase('cdk synth', async () => {
    for (const change of await synthesise(assembly)) {
      detail(change);
    }
  });
  if (toBootstrap !== undefined) {
    await progress.phase('cdk bootstrap', () => cdk(['bootstrap', toBootstrap, '--app', assembly]));
  }
  const destroy = ['destroy', '--app', assembly, '--force'];
  let isStanding = target.outlivesRun;
  atEnd(async () => {
    if (isStanding) {
      await progress.phase('cdk destroy after all', () => cdk(destroy, new AbortController().signal));
    }
  });
  await progress.phase('cdk deploy', () =>
    cdk(['deploy', '--app', assembly, '--require-approval', 'never', '--outputs-file', outputs]),
  );
  await progress.phase('drive the stack from outside', () => suite('deployed'));
  await progress.phase('cdk deploy again changes nothing', async () => {
    const again = join(folder, 'assembly-again');
    await synthesise(again);
    const published = await cdk(['deploy', '--app', again, '--require-approval', 'never']);
    if (!published.includes('(no changes)')) {
      throw new Error(`The same sources deployed again are a change:\n${published}`);
    }
  });
  await progress.phase('cdk destroy', () => cdk(destroy));
  isStanding = false;
  await progress.phase('look for what is left', () => suite('destroyed'));
}

async function main(profile: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'thalian-e2e-'));
  const minutes = GIVE_UP_AFTER_MINUTES[profile === undefined ? 'emulator' : 'account'];
  const interrupt = (error: unknown) => interruption.abort(error);
  setTimeout(() => interrupt(new Error(`Gave up after ${minutes} minutes.`)), minutes * 60_000).unref();
  const run: Run = {
    folder,
    signal: interruption.signal,
    progress,
    detail(line) {
      if (line.trim() !== '') {
        progress.say(`  ${line}`);
      }
    },
    atEnd: (cleanUp) => void cleanUps.unshift(cleanUp),
  };

  await succeedOrReport(async () =>
    deployAndDrive(run, await (profile === undefined ? openEmulator(run, interrupt) : openAccount(run, profile))),
  );
  for (const cleanUp of cleanUps) {
    await succeedOrReport(cleanUp);
  }
  await succeedOrReport(async () => {
    const leftovers = await findLeftovers(folder);
    rmSync(folder, { recursive: true, force: true });
    if (leftovers.length > 0) {
      throw new Error(`Still running: processes ${leftovers.join(', ')}.`);
    }
  });
  if (process.exitCode === undefined) {
    console.log(['✓ npm run e2e', ...progress.summary()].join('\n'));
  }
}

async function succeedOrReport(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode ??= 1;
  }
}

await succeedOrReport(async () => {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string' },
      stage: { type: 'string', default: STAGE },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
  } else if (values.stage !== STAGE) {
    throw new Error(`The stage ${values.stage} cannot be driven.\n\n${USAGE}`);
  } else {
    await main(values.profile);
  }
});
