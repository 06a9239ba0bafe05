/** Receivers that are not Node's: Python's ssl module and OpenSSL's own server, each a process with its certificate in a file. */
import { execFileSync, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestCertificate } from '../builders/certificate.ts';

export interface ForeignReceiver {
  readonly port: number;
  stop(): Promise<void>;
}

const PYTHON_RECEIVER = join(import.meta.dirname, 'hostile_receiver.py');
const START_MILLIS = 15_000;

/** A version manager's stand-in may be on the PATH without the tool behind it, so it is asked, not looked for. */
export function lacks(tool: 'python3' | 'openssl'): string | undefined {
  try {
    execFileSync(tool, [tool === 'python3' ? '--version' : 'version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${tool} is not installed`;
  }
}

/** The modes are in `hostile_receiver.py`. */
export async function startPythonReceiver(certificate: TestCertificate, mode: string): Promise<ForeignReceiver> {
  const files = writeFiles(certificate);
  const child = spawn('python3', [PYTHON_RECEIVER, mode, files.cert, files.key], {
    // It logs what it refuses, which is what it is for.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(START_MILLIS) });
  return {
    port: Number(line),
    stop: () => stop(child, files.folder),
  };
}

/** In the options of `openssl s_server`, `CERT` and `KEY` stand for the files of the certificate. */
export async function startOpensslReceiver(
  certificate: TestCertificate,
  ...options: readonly string[]
): Promise<ForeignReceiver> {
  const files = writeFiles(certificate);
  const own = ['s_server', '-accept', '127.0.0.1:0', '-cert', files.cert, '-key', files.key];
  // It reads commands: at the end of its input it would stop.
  const given = options.map((option) => ({ CERT: files.cert, KEY: files.key })[option] ?? option);
  const child = spawn('openssl', [...own, ...given], { stdio: ['pipe', 'pipe', 'ignore'] });
  const signal = AbortSignal.timeout(START_MILLIS);
  for await (const [line] of on(createInterface(child.stdout), 'line', { signal })) {
    const [, port] = /^ACCEPT \S+:(\d+)$/.exec(line) ?? [];
    if (port !== undefined) {
      return { port: Number(port), stop: () => stop(child, files.folder) };
    }
  }
  throw new Error('openssl does not listen');
}

function writeFiles({ cert, key }: TestCertificate) {
  const folder = mkdtempSync(join(tmpdir(), 'receiver-'));
  const files = { folder, cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  return files;
}

async function stop(child: ReturnType<typeof spawn>, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
