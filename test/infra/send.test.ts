import { describe, expect, it } from 'vitest';
import { aProductionStage, environmentOf, mappingsOf, permissionsOf, synthesise } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const FUNCTION_NAME = `${PREFIX}send`;
const CONSUME = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];

describe('send', () => {
  const template = synthesise();

  it('may read webhooks and their stage’s secrets, write the log, pass deliveries on, and nothing else', () => {
    expect(permissionsOf(template, FUNCTION_NAME)).toEqual({
      [`/aws/lambda/${FUNCTION_NAME}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`${PREFIX}delivery`]: [...CONSUME, 'sqs:SendMessage'],
      [`${PREFIX}retry`]: [...CONSUME, 'sqs:SendMessage'],
      [`${PREFIX}exhausted-deliveries`]: ['sqs:SendMessage'],
      [`${PREFIX}poison`]: ['sqs:SendMessage'],
      [`${PREFIX}findings`]: ['events:PutEvents if {"StringEquals":{"events:source":"thalian.webhooks"}}'],
      [`${PREFIX}config`]: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
      [`${PREFIX}delivery-log`]: [
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      [`${PREFIX}delivery-log/index/attention`]: ['dynamodb:Query'],
      'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:thalian-webhooks/production/*/*': [
        'secretsmanager:GetSecretValue',
      ],
    });
  });

  it('is told where its tables and queues are, and the retry policy of 30 s, 2 min, 8 min', () => {
    expect(environmentOf(template, FUNCTION_NAME)).toMatchObject({
      CONFIG_TABLE_NAME: `${PREFIX}config`,
      DELIVERY_LOG_NAME: `${PREFIX}delivery-log`,
      DELIVERY_QUEUE_URL: `${PREFIX}delivery`,
      RETRY_QUEUE_URL: `${PREFIX}retry`,
      EXHAUSTED_DELIVERIES_URL: `${PREFIX}exhausted-deliveries`,
      POISON_QUEUE_URL: `${PREFIX}poison`,
      EVENT_BUS_NAME: `${PREFIX}findings`,
      RETRY_BASE_SECONDS: '30',
      RETRY_FACTOR: '4',
    });
  });

  it('is told the hosts of API and console, so that no webhook leads back into the service', () => {
    expect(environmentOf(template, FUNCTION_NAME)['OWN_HOSTS']).toBe(
      `${PREFIX}api.execute-api.<AWS::Region>.<AWS::URLSuffix>,<ConsoleDistribution022D3262>`,
    );
  });

  it('drains both queues, each with a concurrency of its own that the other cannot take', () => {
    const FunctionResponseTypes = ['ReportBatchItemFailures'];
    expect(mappingsOf(template, FUNCTION_NAME)).toEqual([
      {
        queue: `${PREFIX}delivery`,
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 0,
        FunctionResponseTypes,
        ScalingConfig: { MaximumConcurrency: 100 },
      },
      {
        queue: `${PREFIX}retry`,
        BatchSize: 50,
        MaximumBatchingWindowInSeconds: 1,
        FunctionResponseTypes,
        ScalingConfig: { MaximumConcurrency: 45 },
      },
    ]);
  });

  it('has pollers that are ready all the time in place of a concurrency, where the stage chooses so', () => {
    const chosen = mappingsOf(synthesise(aProductionStage({ pollers: { delivery: 25 } })), FUNCTION_NAME);
    expect(chosen).toMatchObject([
      { ProvisionedPollerConfig: { MinimumPollers: 25, MaximumPollers: 25 } },
      { ScalingConfig: { MaximumConcurrency: 45 } },
    ]);
    expect(chosen[0]).not.toHaveProperty('ScalingConfig');
    expect(chosen[1]).not.toHaveProperty('ProvisionedPollerConfig');
  });

  it('is not stopped by Lambda’s loop detection, since a retry is a loop', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: FUNCTION_NAME, RecursiveLoop: 'Allow' });
  });
});
