/** Where the deployed stack is and what it is called, by its outputs. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Those of the stack's outputs that are used here. */
const outputsSchema = z.object({
  ApiUrl: z.url(),
  UserPoolId: z.string(),
  UserPoolClientId: z.string(),
  FindingsBusName: z.string(),
  FindingsQueueUrl: z.url(),
  FindingsDlqUrl: z.url(),
  /** A stack of version 0.1.0 has none. */
  SetAsideEventsUrl: z.url().exactOptional(),
  DeliveryQueueUrl: z.url(),
  RetryQueueUrl: z.url(),
  PoisonQueueUrl: z.url(),
  ExhaustedDeliveriesUrl: z.url(),
  ConfigTableName: z.string(),
  DeliveryLogName: z.string(),
  SecretPrefix: z.string(),
  AlarmTopicArn: z.string(),
  ApiFunctionName: z.string(),
  ReconcileFunctionName: z.string(),
  DispatchFunctionName: z.string(),
  SendFunctionName: z.string(),
});

/** Where a stack is; absent: where the SDK's own environment says. */
export interface Whereabouts {
  readonly endpoint?: string;
  readonly region?: string;
}

export type Outputs = z.output<typeof outputsSchema>;

/** By default of the one stack that is driven. */
export function readOutputs(variable = 'E2E_OUTPUTS_FILE'): Outputs {
  return readOutputsFile(z.string().parse(process.env[variable]), outputsSchema);
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
