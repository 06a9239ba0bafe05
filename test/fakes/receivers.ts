/** The real client against real receivers on loopback, for the tests of the client. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LookupAddress } from 'node:dns';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { parseCidrList } from '../../shared/http/address.ts';
import type { AttemptOutcome, OutgoingRequest, PhaseMillis } from '../../shared/http/attempt-outcome.ts';
import {
  createHttpsWebhookClient,
  type HttpsWebhookClient,
  type HttpsWebhookClientOptions,
} from '../../shared/http/webhook-client.https.ts';
import { aCertificateFor, type TestCertificate } from '../builders/certificate.ts';
import { type Behaviour, type HostileServer, type HostileServerOptions, startHostileServer } from './hostile-server.ts';

export const HOST = 'receiver.example.com';
export const SHORT_DEADLINE_MILLIS = 300;
export const AMPLE_DEADLINE_MILLIS = 5_000;
/** What is sure to come is waited for as long as a busy machine may need; what never comes makes a test red by then. */
export const FACT_MILLIS = 15_000;

/** Receivers with one certificate, for `HOST`, its subdomains' names, loopback and `hosts`; and clients that trust it. */
export function useReceivers(...hosts: readonly string[]) {
  let certificate: TestCertificate;
  beforeAll(async () => {
    certificate = await aCertificateFor(HOST, '*.example.com', 'localhost', '127.0.0.1', ...hosts);
  });
  return {
    certificate: () => certificate,
    aClient(overrides: Partial<HttpsWebhookClientOptions> = {}): HttpsWebhookClient {
      const client = createHttpsWebhookClient({
        allowedCidrs: parseCidrList('127.0.0.0/8'),
        ownHosts: [],
        extraCa: certificate.cert,
        resolve: resolveTo('127.0.0.1'),
        ...overrides,
      });
      onTestFinished(client.close);
      return client;
    },
    async aReceiver(behaviour: Behaviour, options: HostileServerOptions = {}): Promise<HostileServer> {
      const receiver = await startHostileServer(certificate, behaviour, options);
      onTestFinished(receiver.stop);
      return receiver;
    },
  };
}

export function urlOf({ port }: { readonly port: number }, path = '/'): string {
  return `https://${HOST}:${port}${path}`;
}

export function aRequest(overrides: Partial<OutgoingRequest>): OutgoingRequest {
  return { method: 'POST', url: `https://${HOST}/`, headers: {}, body: '{}', ...overrides };
}

export function send(
  client: HttpsWebhookClient,
  overrides: Partial<OutgoingRequest>,
  deadlineMillis = AMPLE_DEADLINE_MILLIS,
): Promise<AttemptOutcome> {
  return client.send(aRequest(overrides), deadlineMillis);
}

/** Deadlines of an attempt that is to run into one: on a busy machine a short one may end it in an earlier phase. */
const GROWING_DEADLINES = [SHORT_DEADLINE_MILLIS, 4 * SHORT_DEADLINE_MILLIS, 16 * SHORT_DEADLINE_MILLIS];

/** An attempt that runs into its deadline once it is through with `phase`. */
export async function timeOutAfter(
  phase: keyof PhaseMillis,
  attempt: (deadlineMillis: number) => Promise<AttemptOutcome>,
): Promise<AttemptOutcome> {
  for (const deadlineMillis of GROWING_DEADLINES) {
    const outcome = await attempt(deadlineMillis);
    if (phase in outcome.phases) {
      return outcome;
    }
  }
  throw new Error(`No attempt was through with ${phase} before its deadline.`);
}

export async function expectAllClosed(receiver: HostileServer): Promise<void> {
  await expect.poll(() => receiver.openConnectionCount(), { timeout: FACT_MILLIS }).toBe(0);
}

export function bodyOf(outcome: AttemptOutcome): string | undefined {
  return outcome.kind === 'answered' ? outcome.response.body : undefined;
}

export function resolveTo(...addresses: readonly string[]) {
  return resolveInTurn(addresses);
}

/** One list of addresses per lookup; the last one goes on. */
export function resolveInTurn(...responses: readonly (readonly string[])[]) {
  let turn = 0;
  return async (): Promise<readonly LookupAddress[]> => {
    const addresses = responses[Math.min(turn++, responses.length - 1)] ?? [];
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
}

/** Sockets that this process has tried to connect since, through whatever module: Node itself announces them. */
export function countSockets(): () => number {
  let count = 0;
  const onSocket = () => {
    count += 1;
  };
  subscribe('net.client.socket', onSocket);
  onTestFinished(() => {
    unsubscribe('net.client.socket', onSocket);
  });
  return () => count;
}
