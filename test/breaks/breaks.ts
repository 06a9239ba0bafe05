/**
 * Mistakes that a deployment would suffer from, and for each the test that must notice it. `test/proof/try-breaks.ts`
 * makes them one after the other in a copy of the project.
 */
import type { Alteration } from '../proof/altered-copy.ts';

export interface Break {
  readonly name: string;
  readonly alterations: readonly Alteration[];
  /** A file of the infra tests, or the whole end-to-end run: for what only a function that runs can show. */
  readonly caughtBy: `test/infra/${string}.test.ts` | typeof END_TO_END;
}

export const END_TO_END = 'npm run e2e';

const API = 'infra/constructs/api.ts';
const ARCHIVE = 'infra/constructs/findings-archive.ts';
const DISPATCH = 'infra/constructs/dispatch.ts';
const IDENTITY = 'infra/constructs/identity.ts';
const NODE_LAMBDA = 'infra/constructs/node-lambda.ts';
const MAPPINGS = 'shared/topology/mappings.ts';
const QUEUES = 'infra/constructs/queues.ts';
const RULE = 'infra/constructs/findings-rule.ts';
const SEND = 'infra/constructs/send.ts';
const STRAY_RULES = 'infra/constructs/stray-rules.ts';
const TABLES = 'infra/constructs/tables.ts';

export const BREAKS: readonly Break[] = [
  {
    name: 'a trigger past the alias: queues invoke a version that was not released yet',
    alterations: [{ file: NODE_LAMBDA, text: 'target: this.invoked,', by: 'target: this.function as IFunction,' }],
    caughtBy: 'test/infra/gradual-release.test.ts',
  },
  {
    name: 'a wrong order: dispatch is released beside what reads its messages',
    alterations: [
      {
        file: 'infra/constructs/gradual-release.ts',
        text: '    dispatch.node.addDependency(...Object.values(readers));\n',
        by: '',
      },
    ],
    caughtBy: 'test/infra/gradual-release.test.ts',
  },
  {
    name: 'a missing grant: send may not read the secrets of webhooks',
    alterations: [{ file: SEND, text: "    send.allowWebhookSecrets(['secretsmanager:GetSecretValue']);\n", by: '' }],
    // Which holds grants to the calls that the adapters make.
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: dispatch may not feed the retry queue',
    alterations: [
      { file: DISPATCH, text: '[deliveryQueue.queueArn, retryQueue.queueArn,', by: '[deliveryQueue.queueArn,' },
    ],
    caughtBy: 'test/infra/dispatch.test.ts',
  },
  {
    name: 'a missing grant: send may not put what waits for its turn back into the delivery queue',
    alterations: [{ file: SEND, text: 'const targets = [deliveryQueue, ', by: 'const targets = [' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'a missing grant: send may not take turns on the item of a webhook',
    alterations: [
      {
        file: SEND,
        text: "['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [tables.config",
        by: "['dynamodb:BatchGetItem'], [tables.config",
      },
    ],
    // Which holds grants to the calls that the adapters make.
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send may not read webhooks',
    alterations: [
      {
        file: SEND,
        text: "['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [tables.config",
        by: "['dynamodb:UpdateItem'], [tables.config",
      },
    ],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send may not read the rows of a batch',
    alterations: [{ file: SEND, text: "['dynamodb:BatchGetItem', 'dynamodb:GetItem',", by: "['dynamodb:GetItem'," }],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send may not read a row again',
    alterations: [{ file: SEND, text: "'dynamodb:GetItem', 'dynamodb:PutItem',", by: "'dynamodb:PutItem'," }],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send may not claim and record',
    alterations: [{ file: SEND, text: "'dynamodb:GetItem', 'dynamodb:PutItem',", by: "'dynamodb:GetItem'," }],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send may not write the first successes of a batch',
    alterations: [{ file: SEND, text: "'dynamodb:PutItem', 'dynamodb:BatchWriteItem']", by: "'dynamodb:PutItem']" }],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send may not advance the marks of revisions',
    alterations: [
      { file: SEND, text: "    send.allow(['dynamodb:UpdateItem'], [tables.deliveryLog.tableArn]);\n", by: '' },
    ],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send may not put a retry on its queue',
    alterations: [{ file: SEND, text: 'retryQueue, exhaustedDeliveries, ', by: 'exhaustedDeliveries, ' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'a missing grant: send may not leave redrive messages',
    alterations: [{ file: SEND, text: 'exhaustedDeliveries, poisonQueue]', by: 'poisonQueue]' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'a missing grant: send may not set poison aside',
    alterations: [{ file: SEND, text: ', poisonQueue]', by: ']' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'a missing grant: send may not publish what tenants are told of',
    alterations: [{ file: SEND, text: '    send.allowAnnouncements(bus);\n', by: '' }],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a missing grant: send, and dispatch, may not change when a returned message comes back',
    alterations: [
      {
        file: NODE_LAMBDA,
        text: "import { Construct } from 'constructs';",
        by: "import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';\nimport { Construct } from 'constructs';",
      },
      {
        file: NODE_LAMBDA,
        text: '    Validations.of(this.function).acknowledge(NO_DESTINATION);\n',
        // What Lambda itself does with a queue, and no more.
        by: `    Validations.of(this.function).acknowledge(NO_DESTINATION);
    queues.named(name).grantConsumeMessages = (grantee: IGrantable) =>
      Grant.addToPrincipal({
        grantee,
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
        resourceArns: [queues.named(name).queueArn],
      });
`,
      },
    ],
    caughtBy: 'test/infra/least-privilege.test.ts',
  },
  {
    name: 'a retry queue that no function reads',
    alterations: [{ file: SEND, text: "    send.consume(queues, 'retry');\n", by: '' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'findings without a message group: a tenant’s burst goes before the others',
    alterations: [{ file: RULE, text: '            messageGroupId: FINDING_GROUP_PATH,\n', by: '' }],
    caughtBy: 'test/infra/findings-rule.test.ts',
  },
  {
    name: 'a wrong rule pattern: a letter is missing in the source',
    alterations: [
      {
        file: RULE,
        text: "createRule('Rule', 'findings', FINDING_PATTERN)",
        by: "createRule('Rule', 'findings', { ...FINDING_PATTERN, source: ['thalian.finding'] })",
      },
    ],
    caughtBy: 'test/infra/findings-rule.test.ts',
  },
  {
    name: 'a stray event that travels unwrapped',
    alterations: [{ file: STRAY_RULES, text: '      message: new WrappedEvent(STRAY_MEMBER),\n', by: '' }],
    caughtBy: 'test/infra/stray-rules.test.ts',
  },
  {
    name: 'a replay that reaches everything on the bus',
    alterations: [{ file: ARCHIVE, text: "'EventPattern.replay-name'", by: "'EventPattern.replay'" }],
    caughtBy: 'test/infra/findings-archive.test.ts',
  },
  {
    name: 'a missing environment variable: send is not told the poison queue',
    alterations: [{ file: SEND, text: '      POISON_QUEUE_URL: poisonQueue.queueUrl,\n', by: '' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'a missing environment variable: send is not told its delivery queue, and sends nothing on',
    alterations: [{ file: SEND, text: '      DELIVERY_QUEUE_URL: deliveryQueue.queueUrl,\n', by: '' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'a missing environment variable: dispatch is not told the queue that it returns findings to',
    alterations: [{ file: DISPATCH, text: "      FINDINGS_QUEUE_URL: queues.named('findings').queueUrl,\n", by: '' }],
    caughtBy: 'test/infra/dispatch.test.ts',
  },
  {
    name: 'slow receivers in batches of ten',
    alterations: [{ file: MAPPINGS, text: 'retry: SIDE_BY_SIDE', by: 'retry: AT_ONCE' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'routes without an authorizer',
    alterations: [
      {
        file: API,
        text: "{ path: '/v1/{proxy+}', methods: METHODS, integration }",
        by: "{ path: '/v1/{proxy+}', methods: METHODS, integration, authorizer: new HttpNoneAuthorizer() }",
      },
    ],
    caughtBy: 'test/infra/api.test.ts',
  },
  {
    name: 'a queue policy that does not let EventBridge in',
    alterations: [
      {
        file: RULE,
        text: "import { Construct } from 'constructs';",
        by: "import { Queue } from 'aws-cdk-lib/aws-sqs';\nimport { Construct } from 'constructs';",
      },
      {
        file: RULE,
        text: "new SqsQueue(queues.named('findings'),",
        // The CDK gives a queue that it only knows by name no policy.
        by: "new SqsQueue(Queue.fromQueueArn(this, ruleId + 'Queue', queues.named('findings').queueArn),",
      },
    ],
    caughtBy: 'test/infra/findings-rule.test.ts',
  },
  {
    name: 'a queue policy that keeps every service of AWS out, EventBridge too',
    alterations: [
      {
        file: QUEUES,
        text: "import { Construct } from 'constructs';",
        by: "import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';\nimport { Construct } from 'constructs';",
      },
      {
        file: QUEUES,
        text: '    if (shape.deadLettersTo === undefined) {\n',
        by: `    queue.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { Bool: { 'aws:PrincipalIsAWSService': 'true' } },
      }),
    );
    if (shape.deadLettersTo === undefined) {
`,
      },
    ],
    caughtBy: 'test/infra/queues.test.ts',
  },
  {
    name: 'queues under a key that EventBridge cannot use',
    alterations: [{ file: QUEUES, text: 'QueueEncryption.SQS_MANAGED', by: 'QueueEncryption.KMS_MANAGED' }],
    caughtBy: 'test/infra/queues.test.ts',
  },
  {
    name: 'a rule that drops what it cannot put on its queue',
    alterations: [{ file: RULE, text: "            deadLetterQueue: queues.named('findings-dlq'),\n", by: '' }],
    caughtBy: 'test/infra/findings-rule.test.ts',
  },
  {
    name: 'retries that Lambda takes for a runaway loop',
    alterations: [{ file: SEND, text: '      recursiveLoop: RecursiveLoop.ALLOW,\n', by: '' }],
    caughtBy: 'test/infra/send.test.ts',
  },
  {
    name: 'one returned message that brings its whole batch back',
    alterations: [{ file: NODE_LAMBDA, text: 'reportBatchItemFailures: true', by: 'reportBatchItemFailures: false' }],
    caughtBy: 'test/infra/dispatch.test.ts',
  },
  {
    name: 'users who may write which tenant they belong to',
    alterations: [
      {
        file: IDENTITY,
        text: 'writeAttributes: new ClientAttributes()',
        by: 'writeAttributes: new ClientAttributes().withCustomAttributes(TENANT_ATTRIBUTE)',
      },
    ],
    caughtBy: 'test/infra/identity.test.ts',
  },
  {
    name: 'tables that go with the stack of production',
    alterations: [
      { file: TABLES, text: 'removalPolicy: keptData.removalPolicy', by: 'removalPolicy: RemovalPolicy.DESTROY' },
      { file: TABLES, text: 'import { Validations } from', by: 'import { RemovalPolicy, Validations } from' },
    ],
    caughtBy: 'test/infra/webhook-stack.test.ts',
  },
  {
    name: 'a function whose bundle has no handler by the name that Lambda calls',
    alterations: [
      { file: 'functions/dispatch/index.ts', text: 'export const handler =', by: 'export const dispatchHandler =' },
    ],
    caughtBy: END_TO_END,
  },
];
