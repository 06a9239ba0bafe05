/**
 * `npm run e2e`: deploys the real stack with the real CDK, drives it from outside, destroys it, and leaves nothing running:
 * in an AWS emulator on this machine, or in an account. What is driven is in `test/e2e/`, which does not know which.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from '../local/command-line.ts';
import { openAccount } from './e2e/account-target.ts';
import { driveLostRegion } from './e2e/drive-lost-region.ts';
import { driveStage } from './e2e/drive-stage.ts';
import { driveTwoStages } from './e2e/drive-two-stages.ts';
import { driveUpgrade } from './e2e/drive-upgrade.ts';
import { openEmulator } from './e2e/emulator-target.ts';
import { findLeftovers } from './e2e/leftovers.ts';
import { createProgress } from './e2e/progress.ts';
import { STAGE } from './e2e/stack-commands.ts';
import type { Run, Target } from './e2e/target.ts';

const USAGE = `npm run e2e -- [--profile P] [--stage ${STAGE}] [--upgrade-from COMMIT | --two-stages | --lost-region]

Deploys the stage ${STAGE}, drives it from outside and destroys it with all its data.

  --profile P       in the account and region of this profile, which is bootstrapped for the CDK; beside it a receiver,
                    which everyone may call who knows its URL. Default: in an emulator on this machine
  --stage S         ${STAGE}: no other stage can be driven
  --upgrade-from C  instead: deploys the stage of that commit, then this checkout over it, the commit again, and this
                    checkout again, with webhooks, findings and messages in it. C may be a folder with a checkout and
                    its node_modules
  --two-stages      instead: deploys a second stage beside it, drives both and destroys one while the other works
  --lost-region     instead: two regions, an emulator each; the first stands still, the second takes over, the first
                    comes back`;

/**
 * A run takes two to four minutes on two idle processors, several more on busy ones; one that hangs must not take CI's hour.
 * AWS takes its time for functions, user pools and their ends.
 */
const GIVE_UP_AFTER_MINUTES = { emulator: 20, account: 60 };

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

interface Choices {
  readonly profile?: string | undefined;
  readonly 'upgrade-from'?: string | undefined;
  readonly 'two-stages': boolean;
  readonly 'lost-region': boolean;
}

type Drive = (run: Run, target: Target) => Promise<void>;

/** Throws if they do not go together. */
function chooseDrive(choices: Choices): Drive {
  const { profile, 'upgrade-from': from } = choices;
  const chosen: readonly Drive[] = [
    ...(from === undefined ? [] : [(run: Run, target: Target) => driveUpgrade(run, target, from)]),
    ...(choices['two-stages'] ? [driveTwoStages] : []),
    ...(choices['lost-region'] ? [driveLostRegion] : []),
  ];
  if (chosen.length > 1 || (chosen.length === 1 && profile !== undefined)) {
    throw new Error(`--upgrade-from, --two-stages and --lost-region stand alone, and run in the emulator.\n\n${USAGE}`);
  }
  return chosen[0] ?? driveStage;
}

async function main(profile: string | undefined, drive: Drive): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'thalian-e2e-'));
  const minutes = GIVE_UP_AFTER_MINUTES[profile === undefined ? 'emulator' : 'account'];
  setTimeout(() => interruption.abort(new Error(`Gave up after ${minutes} minutes.`)), minutes * 60_000).unref();
  const run: Run = {
    folder,
    signal: interruption.signal,
    progress,
    detail(line) {
      if (line.trim() !== '') {
        progress.say(`  ${line}`);
      }
    },
    interrupt: (error) => interruption.abort(error),
    atEnd: (cleanUp) => void cleanUps.unshift(cleanUp),
  };

  await succeedOrReport(async () =>
    drive(run, await (profile === undefined ? openEmulator(run) : openAccount(run, profile))),
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
  const values = readOptions({
    profile: { type: 'string' },
    stage: { type: 'string', default: STAGE },
    'upgrade-from': { type: 'string' },
    'two-stages': { type: 'boolean', default: false },
    'lost-region': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    console.log(USAGE);
  } else if (values.stage !== STAGE) {
    throw new Error(`The stage ${values.stage} cannot be driven.\n\n${USAGE}`);
  } else {
    await main(values.profile, chooseDrive(values));
  }
});
