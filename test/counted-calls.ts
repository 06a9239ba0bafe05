/** Counts the calls of AWS clients, and what each is billed for, by a middleware of the SDK: what our code says does not matter. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** What AWS bills, in its own units. */
export interface Usage {
  readonly sqsRequests: number;
  /** Those of the requests that name a message group. */
  readonly sqsGroupRequests: number;
  readonly dynamoReadUnits: number;
  readonly dynamoWriteUnits: number;
  readonly secretReads: number;
}

export interface CountedCalls {
  /** Of the commands so far, in alphabetical order. */
  names(): readonly string[];
  usage(): Usage;
  forget(): void;
}

/** SQS bills each 64 KB of a request as one (SQS pricing). */
const SQS_REQUEST_BYTES = 64 * 1024;

type Handler = (args: { readonly input: object }) => Promise<{ readonly output: object }>;

interface Stack {
  add(
    middleware: (next: Handler, context: { readonly commandName?: string }) => Handler,
    options: { readonly step: 'initialize'; readonly name: string; readonly override: true },
  ): void;
}

interface Capacity {
  readonly CapacityUnits?: number;
}

export const NONE: Usage = {
  sqsRequests: 0,
  sqsGroupRequests: 0,
  dynamoReadUnits: 0,
  dynamoWriteUnits: 0,
  secretReads: 0,
};

export function countCalls(clients: {
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly secretsManager: SecretsManagerClient;
}): CountedCalls {
  let names: string[] = [];
  let usage = NONE;
  const count = (client: object, asked: object, billed: (name: string, input: object, output: object) => Usage) => {
    // The three clients' stacks differ in their types only by the inputs that pass through.
    (client as { readonly middlewareStack: Stack }).middlewareStack.add(
      (next, { commandName = 'unknown' }) =>
        async (args) => {
          names.push(commandName);
          const result = await next({ ...args, input: { ...args.input, ...asked } });
          usage = sum(usage, billed(commandName, args.input, result.output));
          return result;
        },
      { step: 'initialize', name: 'countCalls', override: true },
    );
  };
  // DynamoDB itself says what a call is billed for.
  count(clients.dynamo, { ReturnConsumedCapacity: 'TOTAL' }, billedByDynamo);
  count(clients.sqs, {}, billedBySqs);
  count(clients.secretsManager, {}, () => ({ ...NONE, secretReads: 1 }));
  return {
    names: () => [...names].sort(),
    usage: () => usage,
    forget() {
      names = [];
      usage = NONE;
    },
  };
}

export function sum(one: Usage, other: Usage): Usage {
  return {
    sqsRequests: one.sqsRequests + other.sqsRequests,
    sqsGroupRequests: one.sqsGroupRequests + other.sqsGroupRequests,
    dynamoReadUnits: one.dynamoReadUnits + other.dynamoReadUnits,
    dynamoWriteUnits: one.dynamoWriteUnits + other.dynamoWriteUnits,
    secretReads: one.secretReads + other.secretReads,
  };
}

/** A call either reads or writes. */
function billedByDynamo(name: string, _input: object, output: object): Usage {
  const { ConsumedCapacity } = output as { readonly ConsumedCapacity?: Capacity | readonly Capacity[] };
  const capacities = [ConsumedCapacity ?? []].flat();
  if (capacities.length === 0) {
    throw new Error(`${name} does not say what it consumed`);
  }
  const units = capacities.reduce((total, { CapacityUnits = 0 }) => total + CapacityUnits, 0);
  return /^(Get|BatchGet|Query)/.test(name)
    ? { ...NONE, dynamoReadUnits: units }
    : { ...NONE, dynamoWriteUnits: units };
}

function billedBySqs(_name: string, input: object): Usage {
  const { Entries, MessageBody } = input as {
    readonly Entries?: readonly { readonly MessageBody?: string }[];
    readonly MessageBody?: string;
  };
  const bodies = [MessageBody, ...(Entries ?? []).map((entry) => entry.MessageBody)];
  const bytes = bodies.reduce((total, body = '') => total + Buffer.byteLength(body), 0);
  const requests = Math.max(1, Math.ceil(bytes / SQS_REQUEST_BYTES));
  const isGrouped = [input, ...(Entries ?? [])].some((entry) => 'MessageGroupId' in entry);
  return { ...NONE, sqsRequests: requests, sqsGroupRequests: isGrouped ? requests : 0 };
}
