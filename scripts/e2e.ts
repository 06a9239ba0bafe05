/**
 * `npm run e2e`: deploys the real stack with the real CDK to an AWS emulator on this machine, drives it from outside,
 * destroys it, and leaves nothing running. What is driven is in `test/e2e/`, which knows nothing of the emulator.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { makeReceiverCertificate, type ReceiverCertificate } from '../local/receiver/certificate.ts';
import { startEmulator } from './e2e/emulator.ts';
import { fitAssembly } from './e2e/emulator-template.ts';
import { findLeftovers } from './e2e/leftovers.ts';
import { createProgress } from './e2e/progress.ts';
import { preparePython } from './e2e/python-environment.ts';
import { runCommand } from './e2e/run-command.ts';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const LOG_FILE = join('.local', 'e2e', 'emulator.log');
const STAGE = 'e2e';
const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/** A run takes two minutes on two idle processors, several on busy ones; one that hangs must not take CI's hour. */
const GIVE_UP_AFTER_MINUTES = 10;

const progress = createProgress((line) => console.log(line));
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Again and again, if somebody is impatient: ending takes seconds, and must not be cut short.
  process.on(name, () => {
    process.exitCode = 128 + constants.signals[name];
    interruption.abort(new Error(`Interrupted by ${name}.`));
  });
}

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read along may be gone; the run still has to clear up.
  stream.on('error', () => {});
}

/** What has to be ended when the run ends, however it ends. */
const cleanUps: (() => Promise<void>)[] = [];

async function run(folder: string): Promise<void> {
  const { signal } = interruption;
  const python = await progress.phase('prepare Python', () =>
    preparePython({
      command: 'npm run e2e',
      purpose: 'the AWS emulator',
      module: 'ministack',
      root: ROOT,
      requirements: join('test', 'e2e', 'requirements.txt'),
      folder: join('.venv', 'e2e'),
      signal,
      onLine: detail,
    }),
  );
  const env = cleanEnvironment(folder);
  const { endpoint, certificateFile } = await progress.phase('start the emulator', async () => {
    const emulator = await startEmulator({ python, env, folder, logFile: join(ROOT, LOG_FILE), signal });
    // Nobody should wait for answers that will not come.
    emulator.ended.catch((error: unknown) => interruption.abort(error));
    // Whatever is deployed in it goes with it.
    cleanUps.push(() => progress.phase('stop the emulator', () => emulator.stop()));
    return emulator;
  });
  detail(`MiniStack at ${endpoint}, its log and the functions' in ${LOG_FILE}`);
  await deployAndDrive(folder, { ...env, AWS_ENDPOINT_URL: endpoint, NODE_EXTRA_CA_CERTS: certificateFile });
}

async function deployAndDrive(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { signal } = interruption;
  const certificate = await makeReceiverCertificate();
  const assembly = join(folder, 'assembly');
  const outputs = join(folder, 'outputs.json');
  const cdk = (...args: readonly string[]) =>
    runCommand({ file: join(BIN, 'cdk'), args: [...args, '--no-notices'], env, folder: ROOT }, signal);

  await progress.phase('cdk synth', async () => {
    for (const change of await synthesise(assembly, certificate, env)) {
      detail(change);
    }
  });
  await progress.phase('cdk bootstrap', () => cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`, '--app', assembly));
  await progress.phase('cdk deploy', () =>
    cdk('deploy', '--app', assembly, '--require-approval', 'never', '--outputs-file', outputs),
  );
  const suiteEnv = { ...env, E2E_OUTPUTS_FILE: outputs, ...receiverFiles(folder, certificate) };
  const suite = (part: string) => {
    const args = ['run', '--config', join('test', 'e2e', 'vitest.config.ts'), join('test', 'e2e', part)];
    return runCommand({ file: join(BIN, 'vitest'), args, env: suiteEnv, folder: ROOT }, signal, detail);
  };
  await progress.phase('drive the stack from outside', () => suite('deployed'));
  await progress.phase('cdk deploy again changes nothing', async () => {
    const again = join(folder, 'assembly-again');
    await synthesise(again, certificate, env);
    const told = await cdk('deploy', '--app', again, '--require-approval', 'never');
    if (!told.includes('(no changes)')) {
      throw new Error(`The same sources deployed again are a change:\n${told}`);
    }
  });
  await progress.phase('cdk destroy', () => cdk('destroy', '--app', assembly, '--force'));
  await progress.phase('look for what is left', () => suite('destroyed'));
}

/** Answers what had to be changed for the emulator. */
async function synthesise(
  assembly: string,
  { cert }: ReceiverCertificate,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const args = ['synth', '-c', `stage=${STAGE}`, '--output', assembly, '--quiet', '--no-notices'];
  const command = { file: join(BIN, 'cdk'), args, env: { ...env, EXTRA_CA_PEM: cert }, folder: ROOT };
  await runCommand(command, interruption.signal);
  return fitAssembly(assembly);
}

/** The suite's own receiver answers with this certificate, which the deployed stack trusts. */
function receiverFiles(folder: string, { cert, key }: ReceiverCertificate): NodeJS.ProcessEnv {
  const files = {
    E2E_RECEIVER_CERT_FILE: join(folder, 'receiver.crt'),
    E2E_RECEIVER_KEY_FILE: join(folder, 'receiver.key'),
  };
  writeFileSync(files.E2E_RECEIVER_CERT_FILE, cert);
  writeFileSync(files.E2E_RECEIVER_KEY_FILE, key, { mode: 0o600 });
  return files;
}

/**
 * Nothing of the user's: no profile, no credentials, no proxy, no home with a `.aws` in it. Temporary files, the CDK's
 * and the emulator's, lie in the run's folder and go with it; its name marks every process of the run.
 */
function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  mkdirSync(home);
  mkdirSync(temporary);
  return {
    PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home,
    TMPDIR: temporary,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // Plain lines instead of bars that redraw.
    CI: 'true',
    NO_COLOR: '1',
  };
}

function detail(line: string): void {
  if (line.trim() !== '') {
    progress.say(`  ${line}`);
  }
}

async function main(): Promise<void> {
  mkdirSync(dirname(join(ROOT, LOG_FILE)), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'thalian-e2e-'));
  const tooLong = new Error(`Gave up after ${GIVE_UP_AFTER_MINUTES} minutes.`);
  setTimeout(() => interruption.abort(tooLong), GIVE_UP_AFTER_MINUTES * 60_000).unref();

  await succeedOrTell(() => run(folder));
  for (const cleanUp of cleanUps) {
    await succeedOrTell(cleanUp);
  }
  await succeedOrTell(async () => {
    const leftovers = await findLeftovers(folder);
    rmSync(folder, { recursive: true, force: true });
    if (leftovers.length > 0) {
      throw new Error(`Still running: processes ${leftovers.join(', ')}.`);
    }
  });
}

async function succeedOrTell(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode ??= 1;
  }
}

await main();
if (process.exitCode === undefined) {
  console.log(['✓ npm run e2e', ...progress.summary()].join('\n'));
}
