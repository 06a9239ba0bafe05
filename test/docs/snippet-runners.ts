/** Runs the verification code that the receivers' page offers, each as its users would: as a server, script or import. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SignedRequest } from '../builders/signed-requests.ts';
import { freePort } from '../free-port.ts';

/** Whether the snippet, configured with `secret`, takes the request for genuine. */
export type Verify = (request: SignedRequest, secret: string) => Promise<boolean>;

/** A snippet that is a server of its own. */
export interface ReceiverProgram {
  readonly verify: Verify;
  /** The port of the receiver that is configured with `secret`. */
  port(secret: string): Promise<number>;
  /** Its exit code; null if it went on and had to be stopped. */
  runWithoutSecret(): Promise<number | null>;
  stop(): Promise<void>;
}

const SNIPPETS = new URL('../../docs/snippets/', import.meta.url);
const START_MILLIS = 15_000;

export function pathOf(snippet: string): string {
  return fileURLToPath(new URL(snippet, SNIPPETS));
}

/** A version manager's stand-in may be on the PATH without the tool behind it, so it is asked, not looked for. */
export function isInstalled(tool: string, ...question: readonly string[]): boolean {
  try {
    execFileSync(tool, question, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The interpreter itself: a version manager's stand-in takes three times as long to start. */
export function findPython(): string {
  return isInstalled('python3', '--version')
    ? execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
    : 'python3';
}

/** One process for each secret, started when it is first needed. */
export function runReceiver(command: string, ...args: readonly string[]): ReceiverProgram {
  const started = new Map<string, { readonly port: Promise<number>; stop(): Promise<void> }>();

  const receiverWith = (secret: string) => {
    const known = started.get(secret);
    if (known !== undefined) {
      return known;
    }
    const abort = new AbortController();
    const ending: Promise<unknown>[] = [];
    const start = async (): Promise<number> => {
      const port = await freePort();
      const child = spawn(command, args, {
        env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
        stdio: 'ignore',
        signal: abort.signal,
      });
      child.on('error', () => {});
      ending.push(once(child, 'close').catch(() => {}));
      await untilListening(port, () => child.exitCode !== null);
      return port;
    };
    const receiver = {
      port: start(),
      async stop() {
        await receiver.port.catch(() => {});
        abort.abort();
        await Promise.all(ending);
      },
    };
    started.set(secret, receiver);
    return receiver;
  };

  const port = (secret: string) => receiverWith(secret).port;
  return {
    port,
    async verify({ headers, body }, secret) {
      const response = await fetch(`http://127.0.0.1:${await port(secret)}/hook`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      return response.ok;
    },
    async runWithoutSecret() {
      const env = { ...process.env, WEBHOOK_SECRET: '', PORT: '0' };
      const child = spawn(command, args, { env, stdio: 'ignore', timeout: START_MILLIS });
      const [code] = await once(child, 'close');
      return code;
    },
    async stop() {
      await Promise.all([...started.values()].map((receiver) => receiver.stop()));
    },
  };
}

export interface ScriptOutput {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell script takes the body as a file and the headers in capitals from its environment. */
export function runScript(
  snippet: string,
  request: SignedRequest,
  secret: string,
  searchPath = process.env['PATH'],
): Promise<ScriptOutput> {
  return runProgram(['/bin/sh', pathOf(snippet)], request, secret, searchPath);
}

/** In any language, with the same manners. */
async function runProgram(
  [command = '', ...args]: readonly string[],
  { headers, body }: SignedRequest,
  secret: string,
  searchPath = process.env['PATH'],
): Promise<ScriptOutput> {
  const folder = await mkdtemp(join(tmpdir(), 'thalian-snippet-'));
  const bodyFile = join(folder, 'body.json');
  const environment = Object.entries(headers).map(([name, value]) => [name.toUpperCase().replaceAll('-', '_'), value]);
  try {
    await writeFile(bodyFile, body);
    const child = spawn(command, [...args, bodyFile], {
      // A secret, or for code that holds none, public keys.
      env: {
        PATH: searchPath,
        [secret.startsWith('whpk_') ? 'WEBHOOK_PUBLIC_KEYS' : 'WEBHOOK_SECRET']: secret,
        ...Object.fromEntries(environment),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { exitCode: child.exitCode, stdout, stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Throws if the script broke rather than decided. */
export function verifyByScript(snippet: string, request: SignedRequest, secret: string): Promise<boolean> {
  return verifyByProgram(['/bin/sh', pathOf(snippet)], request, secret);
}

/** Throws if the program broke rather than decided. */
export async function verifyByProgram(
  command: readonly string[],
  request: SignedRequest,
  secret: string,
): Promise<boolean> {
  const { exitCode, stdout, stderr } = await runProgram(command, request, secret);
  if (stderr !== '' || !/^(?:valid|invalid: .+)\n$/.test(stdout) || (exitCode === 0) !== (stdout === 'valid\n')) {
    throw new Error(`${command.join(' ')} exited with ${exitCode} and said: ${stdout}${stderr}`);
  }
  return exitCode === 0;
}

/** Compiled once, because `go run` would do it for every process, and would not pass a signal on. */
export async function buildGo(snippet: string): Promise<{ readonly program: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'thalian-snippet-'));
  const program = join(folder, 'receiver');
  await promisify(execFile)('go', ['build', '-o', program, pathOf(snippet)], {
    cwd: folder,
    env: { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off' },
  });
  return { program, remove: () => rm(folder, { recursive: true }) };
}

/** Compiled once by Mono's compiler, for a machine without the .NET SDK. */
export async function buildMono(snippet: string): Promise<{ readonly program: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'thalian-snippet-'));
  const program = join(folder, 'verify.exe');
  await promisify(execFile)('mcs', [`-out:${program}`, pathOf(snippet)]);
  return { program, remove: () => rm(folder, { recursive: true }) };
}

/** For a start that is over in a moment: less of the compiler, and no threads for garbage. */
const SMALL_JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** Compiled once: a virtual machine that compiles at every start takes seconds. */
export async function buildJava(snippet: string): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'thalian-snippet-'));
  await promisify(execFile)('javac', [...SMALL_JVM.map((option) => `-J${option}`), '-d', folder, pathOf(snippet)]);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + START_MILLIS;
  while (!(await isListening(port))) {
    if (hasEnded() || performance.now() > giveUpAt) {
      throw new Error('the receiver did not start');
    }
    await setTimeout(20);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
