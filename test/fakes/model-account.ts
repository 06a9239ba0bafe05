/** An account of AWS as doctor and protect see it: it answers their calls, by documentation, out of what a test says. */
import type { Stack, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Account } from '../../scripts/stage/account.ts';

export interface ModelAccount {
  bootstrapVersion: number | undefined;
  concurrency: number;
  /** Of that, for functions that have it for themselves. */
  reserved: number;
  stack: Stack | undefined;
  /** Endpoint to ARN, or `PendingConfirmation`. */
  subscriptions: Readonly<Record<string, string>>;
  /** By table. */
  protectedTables: Record<string, boolean>;
  poolProtection: 'ACTIVE' | 'INACTIVE';
}

const TABLES = { ConfigTableName: 'the-config', DeliveryLogName: 'the-log' };
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:thalian-webhooks-production-alarms';

export function aModelAccount(overrides: Partial<ModelAccount> = {}): ModelAccount {
  return {
    bootstrapVersion: 30,
    concurrency: 1000,
    reserved: 0,
    stack: aStack(),
    subscriptions: { 'ops@thalian.example': `${TOPIC}:1` },
    protectedTables: { 'the-config': true, 'the-log': true },
    poolProtection: 'ACTIVE',
    ...overrides,
  };
}

export function aStack({
  status = 'UPDATE_COMPLETE',
  protection = 'on',
  terminationProtection = true,
}: {
  readonly status?: StackStatus;
  /** `unknown` to the template. */
  readonly protection?: 'on' | 'off' | 'unknown';
  readonly terminationProtection?: boolean;
} = {}): Stack {
  return {
    StackName: 'thalian-webhooks-production',
    CreationTime: new Date(0),
    StackStatus: status,
    EnableTerminationProtection: terminationProtection,
    Parameters: [
      { ParameterKey: 'BootstrapVersion', ParameterValue: '/cdk-bootstrap/hnb659fds/version' },
      ...(protection === 'unknown' ? [] : [{ ParameterKey: 'Protection', ParameterValue: protection }]),
    ],
    Outputs: Object.entries({ ...TABLES, UserPoolId: 'the-pool', AlarmTopicArn: TOPIC }).map(
      ([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }),
    ),
  };
}

export function open(model: ModelAccount): Account {
  const client = { send: async (command: Command) => answer(model, command.constructor.name, command.input) };
  // Each client sends to it the few commands that it knows.
  return {
    cloudFormation: client,
    cognito: client,
    dynamo: client,
    lambda: client,
    sns: client,
    ssm: client,
  } as unknown as Account;
}

type Input = Readonly<Record<string, unknown>>;

interface Command {
  readonly input: Input;
  readonly constructor: { readonly name: string };
}

function answer(model: ModelAccount, command: string, input: Input): object {
  switch (command) {
    case 'DescribeStacksCommand':
      if (model.stack === undefined) {
        throw named('ValidationError', `Stack with id ${input['StackName']} does not exist`);
      }
      return { Stacks: [model.stack] };
    case 'UpdateTerminationProtectionCommand':
      model.stack = { ...(model.stack ?? aStack()), EnableTerminationProtection: true };
      return {};
    case 'UpdateStackCommand':
      return updateStack(model, input);
    case 'DescribeTableCommand':
      return { Table: { DeletionProtectionEnabled: model.protectedTables[String(input['TableName'])] } };
    case 'DescribeUserPoolCommand':
      return { UserPool: { DeletionProtection: model.poolProtection } };
    case 'GetAccountSettingsCommand':
      return {
        AccountLimit: {
          ConcurrentExecutions: model.concurrency,
          UnreservedConcurrentExecutions: model.concurrency - model.reserved,
        },
      };
    case 'ListSubscriptionsByTopicCommand':
      return {
        Subscriptions: Object.entries(model.subscriptions).map(([Endpoint, SubscriptionArn]) => ({
          Endpoint,
          SubscriptionArn,
        })),
      };
    case 'GetParameterCommand':
      if (model.bootstrapVersion === undefined) {
        throw named('ParameterNotFound', '');
      }
      return { Parameter: { Value: String(model.bootstrapVersion) } };
    default:
      throw new Error(`The model knows no ${command}`);
  }
}

/** The template's condition: protection follows the parameter, and others keep their values only if that is asked. */
function updateStack(model: ModelAccount, input: Input): object {
  const given = input['Parameters'] as { ParameterKey: string; ParameterValue?: string; UsePreviousValue?: boolean }[];
  const before = model.stack?.Parameters ?? [];
  const after = before.map(({ ParameterKey, ParameterValue }) => {
    const now = given.find((one) => one.ParameterKey === ParameterKey);
    return { ParameterKey, ParameterValue: now?.UsePreviousValue ? ParameterValue : now?.ParameterValue };
  });
  if (!input['UsePreviousTemplate'] || after.some(({ ParameterValue }) => ParameterValue === undefined)) {
    throw named('ValidationError', 'Parameters: must have values');
  }
  model.stack = { ...(model.stack ?? aStack()), StackStatus: 'UPDATE_COMPLETE', Parameters: after };
  const isOn = after.some(
    ({ ParameterKey, ParameterValue }) => ParameterKey === 'Protection' && ParameterValue === 'on',
  );
  model.poolProtection = isOn ? 'ACTIVE' : 'INACTIVE';
  for (const table of Object.keys(model.protectedTables)) {
    model.protectedTables[table] = isOn;
  }
  return {};
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
