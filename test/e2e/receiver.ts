/** The receiver that this run's stack can reach: on this machine, or deployed beside the stack. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { createDynamoRecords } from '../../scripts/e2e/receiver/dynamo-records.ts';
import { startLoopbackReceiver } from '../../scripts/e2e/receiver/loopback-receiver.ts';
import type { RequestRecords } from '../../scripts/e2e/receiver/receive.ts';
import { readOutputsFile } from './deployment.ts';

export interface Receiver {
  /** Without a slash at the end. */
  readonly url: string;
  readonly list: RequestRecords['list'];
  leave(): Promise<void>;
}

/** Of the stack that has one, or a certificate for one on this machine that the deployed service trusts. */
const environmentSchema = z.union([
  z.object({ E2E_RECEIVER_OUTPUTS_FILE: z.string() }),
  z.object({ E2E_RECEIVER_CERT_FILE: z.string(), E2E_RECEIVER_KEY_FILE: z.string() }),
]);

const outputsSchema = z.object({ ReceiverUrl: z.url(), RecordsTableName: z.string() });

export async function reachReceiver(): Promise<Receiver> {
  const environment = environmentSchema.parse(process.env);
  if ('E2E_RECEIVER_OUTPUTS_FILE' in environment) {
    const outputs = readOutputsFile(environment.E2E_RECEIVER_OUTPUTS_FILE, outputsSchema);
    const client = new DynamoDBClient();
    // It only reads.
    const { list } = createDynamoRecords(client, outputs.RecordsTableName, () => '');
    return { url: outputs.ReceiverUrl.replace(/\/$/, ''), list, leave: async () => client.destroy() };
  }
  const { url, records, stop } = await startLoopbackReceiver({
    cert: readFileSync(environment.E2E_RECEIVER_CERT_FILE, 'utf8'),
    key: readFileSync(environment.E2E_RECEIVER_KEY_FILE, 'utf8'),
  });
  return { url, list: records.list, leave: stop };
}
