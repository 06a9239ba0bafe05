/** Every URL that must not be reached goes through the real client, twice, while the sockets that Node opens are counted. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';

export interface RefusedAddresses {
  readonly urls: number;
  readonly attempts: number;
  /** What the client reached for after all; 0 or the guard is broken. */
  readonly sockets: number;
}

const CASES = join(import.meta.dirname, '..', '..', 'test', 'vectors', 'ssrf-cases.json');
const DEADLINE_MILLIS = 2_000;

const casesSchema = z.array(
  z.object({
    url: z.string(),
    https_url: z.string().optional(),
    expect: z.enum(['allow', 'deny']),
    resolves_to: z.array(z.string()).default([]),
    // biome-ignore lint/suspicious/noThenProperty: the case file names it so.
    then: z.array(z.string()).optional(),
  }),
);

export async function refuseAddresses(): Promise<RefusedAddresses> {
  const denied = casesSchema.parse(JSON.parse(readFileSync(CASES, 'utf8'))).filter(({ expect }) => expect === 'deny');
  const cases = denied.flatMap((one) =>
    [one.url, one.https_url].flatMap((url) => (url === undefined ? [] : { ...one, url })),
  );
  let sockets = 0;
  const count = () => {
    sockets += 1;
  };
  subscribe('net.client.socket', count);
  try {
    for (const { url, resolves_to: first, then: second = first } of cases) {
      await tryTwice(url, [first, second]);
    }
  } finally {
    unsubscribe('net.client.socket', count);
  }
  return { urls: cases.length, attempts: cases.length * 2, sockets };
}

/** The second attempt gets the second answer of the name server: rebinding. */
async function tryTwice(url: string, responses: readonly (readonly string[])[]): Promise<void> {
  let asked = 0;
  const client = createHttpsWebhookClient({
    allowedCidrs: [],
    ownHosts: [],
    resolve: async () => {
      const response = responses[Math.min(asked, responses.length - 1)] ?? [];
      asked += 1;
      return response.map((address) => ({ address, family: isIP(address) }));
    },
  });
  for (let attempt = 0; attempt < responses.length; attempt += 1) {
    const outcome = await client.send({ method: 'POST', url, headers: {}, body: '{}' }, DEADLINE_MILLIS);
    if (outcome.kind === 'answered') {
      throw new Error(`${url} answered`);
    }
  }
  client.close();
}
