/** `.local/stack.json`: where a running local system tells everybody else how to reach it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { QueueName } from '../shared/topology/queues.ts';

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
  /** Of the OIDC issuer whose ID tokens the API takes, and of the one client that signs in there. */
  readonly issuerUrl: string;
  readonly clientId: string;
  /** ID tokens by tenant, each of a user who may read and write there. They are good for as long as the system runs. */
  readonly tokens: { readonly acme: string; readonly globex: string };
  readonly receiverUrl: string;
  /** PEM, valid for `localhost` and 127.0.0.1: whoever serves with them is trusted by the local sender. */
  readonly receiverCert: string;
  readonly receiverKey: string;
  /** Folder with one file per function. */
  readonly logs: string;
}

export function writeStackFile(file: string, stack: StackDescription): void {
  mkdirSync(dirname(file), { recursive: true });
  // For its owner only: there are a private key and tokens in it.
  writeFileSync(file, `${JSON.stringify(stack, undefined, 2)}\n`, { mode: 0o600 });
}

export function removeStackFile(file: string): void {
  rmSync(file, { force: true });
}

/** Undefined if no local system runs; one that was killed leaves its file behind, which then counts for nothing. */
export async function readStackFile(file: string): Promise<StackDescription | undefined> {
  const stack = parseFile(file);
  return stack !== undefined && (await isAnswering(stack.awsEndpointUrl)) ? stack : undefined;
}

function parseFile(file: string): StackDescription | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackDescription;
  } catch {
    return undefined;
  }
}

const ANSWER_WITHIN_MILLIS = 2_000;

/** Whatever it answers. The process id would not do: it may be a zombie's by now, or somebody else's. */
function isAnswering(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MILLIS) }).then(
    () => true,
    () => false,
  );
}
