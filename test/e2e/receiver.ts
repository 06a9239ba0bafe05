/** The receiver that this run's stack can reach. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { startLoopbackReceiver } from '../../scripts/e2e/receiver/loopback-receiver.ts';
import type { RequestRecords } from '../../scripts/e2e/receiver/receive.ts';

export interface Receiver {
  /** Without a slash at the end. */
  readonly url: string;
  readonly list: RequestRecords['list'];
  leave(): Promise<void>;
}

/** A certificate for one on this machine that the deployed service trusts. */
const environmentSchema = z.object({ E2E_RECEIVER_CERT_FILE: z.string(), E2E_RECEIVER_KEY_FILE: z.string() });

export async function reachReceiver(): Promise<Receiver> {
  const environment = environmentSchema.parse(process.env);
  const { url, records, stop } = await startLoopbackReceiver({
    cert: readFileSync(environment.E2E_RECEIVER_CERT_FILE, 'utf8'),
    key: readFileSync(environment.E2E_RECEIVER_KEY_FILE, 'utf8'),
  });
  return { url, list: records.list, leave: stop };
}
