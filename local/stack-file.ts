/** `.local/stack.json`: how other programs reach a running local system. */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { QueueName } from '../shared/topology/queues.ts';
import { OWNER_PATH } from './aws/gateway.ts';
import { makeFolder } from './make-folder.ts';

export const LOCAL_FOLDER = join(import.meta.dirname, '..', '.local');
export const STACK_FILE_NAME = 'stack.json';
export const STACK_FILE = join(LOCAL_FOLDER, STACK_FILE_NAME);

export interface StackDescription {
  /** The process that owns the system; the description goes when it ends. */
  readonly pid: number;
  readonly awsEndpointUrl: string;
  readonly region: string;
  readonly account: string;
  readonly findingsBus: string;
  readonly tables: { readonly config: string; readonly deliveryLog: string };
  /** Queue URLs. */
  readonly queues: Readonly<Record<QueueName, string>>;
  /** Without the `/v1` that every path of the API starts with. */
  readonly apiUrl: string;
  /** Absent if the system was started without the console. */
  readonly consoleUrl?: string;
  /** Of the OIDC issuer whose ID tokens the API takes, and of the one client that signs in there. */
  readonly issuerUrl: string;
  readonly clientId: string;
  /** ID tokens by tenant, each of a user who may read and write there. They are good for as long as the system runs. */
  readonly tokens: { readonly acme: string; readonly globex: string };
  readonly receiverUrl: string;
  /** PEM, valid for `localhost` and 127.0.0.1: the local sender trusts a server that has them. */
  readonly receiverCert: string;
  readonly receiverKey: string;
  /** Folder with one file per function. */
  readonly logs: string;
}

/**
 * False if another system has written its own there: two may have been started at the same moment, each of which saw no
 * other. What a killed one left behind gives way. Rejects, in words, if the file cannot be written.
 */
export async function writeStackFile(file: string, stack: StackDescription): Promise<boolean> {
  try {
    return create(file, stack) || (await replaceLeftOver(file, stack));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new Error(`${file} cannot be written (${code}): remove what is there, or name another folder with --folder.`);
  }
}

async function replaceLeftOver(file: string, stack: StackDescription): Promise<boolean> {
  const found = readText(file);
  if (await isRunning(parse(found))) {
    return false;
  }
  if (readText(file) === found) {
    rmSync(file, { force: true });
  }
  return create(file, stack);
}

/** Only the one that this process wrote. */
export function removeStackFile(file: string, pid: number): void {
  if (parse(readText(file))?.pid === pid) {
    rmSync(file, { force: true });
  }
}

/** Undefined if no local system runs; one that was killed leaves its file behind, which then counts for nothing. */
export async function readStackFile(file: string): Promise<StackDescription | undefined> {
  const stack = parse(readText(file));
  return (await isRunning(stack)) ? stack : undefined;
}

/** False if there is one already. */
function create(file: string, stack: StackDescription): boolean {
  let descriptor: number;
  try {
    makeFolder(dirname(file));
    // For its owner only: there are a private key and tokens in it.
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST' && isFile(file)) {
      return false;
    }
    throw error;
  }
  try {
    writeFileSync(descriptor, `${JSON.stringify(stack, undefined, 2)}\n`);
    return true;
  } catch (error) {
    // A disk that is full keeps half of it.
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function parse(text: string): StackDescription | undefined {
  try {
    return JSON.parse(text) as StackDescription;
  } catch {
    return undefined;
  }
}

const RESPONSE_WITHIN_MILLIS = 2_000;

/**
 * By asking what only that very process knows. Its id alone would not do: it may be a zombie's by now, or another program's;
 * nor would any answer at its address, for ports are used again.
 */
async function isRunning(stack: StackDescription | undefined): Promise<boolean> {
  if (stack === undefined) {
    return false;
  }
  try {
    const url = `${stack.awsEndpointUrl}${OWNER_PATH}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(RESPONSE_WITHIN_MILLIS) });
    return (await response.text()) === String(stack.pid);
  } catch {
    return false;
  }
}
