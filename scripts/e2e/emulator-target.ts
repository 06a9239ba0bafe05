/** The emulator as a target: nothing of the user's is used, and whatever is deployed goes with its process. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { makeReceiverCertificate, type ReceiverCertificate } from '../../local/receiver/certificate.ts';
import { startEmulator } from './emulator.ts';
import { fitAssembly } from './emulator-template.ts';
import { preparePython } from './python-environment.ts';
import { BIN, PLAIN_CDK, ROOT, type Run, type Target } from './target.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/** One for each region: a region that is lost takes its emulator with it, and no other. */
export async function openEmulator(run: Run, region = REGION): Promise<Target> {
  const { signal, progress, detail, interrupt, atEnd } = run;
  const folder = join(run.folder, region);
  mkdirSync(folder);
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
  const env = { ...cleanEnvironment(folder), AWS_REGION: region };
  const logName = join('.local', 'e2e', region === REGION ? 'emulator.log' : `emulator-${region}.log`);
  const logFile = join(ROOT, logName);
  mkdirSync(dirname(logFile), { recursive: true });
  const { endpoint, certificateFile, processGroup } = await progress.phase('start the emulator', async () => {
    const emulator = await startEmulator({ python, env, folder, logFile, signal });
    emulator.ended.catch(interrupt);
    atEnd(() => progress.phase('stop the emulator', () => emulator.stop()));
    return emulator;
  });
  detail(`MiniStack at ${endpoint}, its log and the functions' in ${logName}`);
  const certificate = await makeReceiverCertificate();
  const access = { AWS_ENDPOINT_URL: endpoint, NODE_EXTRA_CA_CERTS: certificateFile };
  return {
    env: { ...env, ...access, ...receiverFiles(folder, certificate) },
    synthEnv: { EXTRA_CA_PEM: certificate.cert },
    toBootstrap: `aws://${ACCOUNT}/${region}`,
    outlivesRun: false,
    fit: fitAssembly,
    processGroup,
  };
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
    ...PLAIN_CDK,
    PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home,
    TMPDIR: temporary,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
