/** Where the deployed stack is and what it is called, by its outputs. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Those of the stack's outputs that are used here. */
const outputsSchema = z.object({
  ApiUrl: z.url(),
  UserPoolId: z.string(),
  UserPoolClientId: z.string(),
  FindingsBusName: z.string(),
  FindingsDlqUrl: z.url(),
  SetAsideEventsUrl: z.url(),
  RetryQueueUrl: z.url(),
  PoisonQueueUrl: z.url(),
  ExhaustedDeliveriesUrl: z.url(),
  ConfigTableName: z.string(),
  DeliveryLogName: z.string(),
  SecretPrefix: z.string(),
});

export type Outputs = z.output<typeof outputsSchema>;

export function readOutputs(): Outputs {
  const { E2E_OUTPUTS_FILE: file } = z.object({ E2E_OUTPUTS_FILE: z.string() }).parse(process.env);
  return readOutputsFile(file, outputsSchema);
}

/** As `cdk deploy --outputs-file` writes it: the stack's name around its outputs. */
export function readOutputsFile<T>(file: string, schema: z.ZodType<T>): T {
  const stacks = z.record(z.string(), schema).parse(JSON.parse(readFileSync(file, 'utf8')));
  const [outputs] = Object.values(stacks);
  if (outputs === undefined) {
    throw new Error(`${file} has no stack's outputs.`);
  }
  return outputs;
}
