import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { aProductionStage, environmentOf, mappingsOf, permissionsOf, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const FUNCTION_NAME = `${PREFIX}dispatch`;

/** No attribute that a webhook has. */
const NOTICE_ALONE = JSON.stringify({
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'findings', 'latestAt', 'notice', 'expiresAt'] },
  StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
});

/** No delivery's row, whose partition ends in its webhook's id. */
const EVENTS_ALONE = JSON.stringify({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['*#events'] } });

describe('dispatch', () => {
  const template = synthesise();

  it('may read webhooks and failed deliveries, feed both queues, put bad findings and strays aside, note notices, list events, and nothing else', () => {
    expect(permissionsOf(template, FUNCTION_NAME)).toEqual({
      [`/aws/lambda/${FUNCTION_NAME}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`${PREFIX}findings`]: [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
      ],
      [`${PREFIX}config`]: ['dynamodb:GetItem', 'dynamodb:Query', `dynamodb:UpdateItem if ${NOTICE_ALONE}`],
      [`${PREFIX}delivery-log`]: [`dynamodb:BatchWriteItem if ${EVENTS_ALONE}`, 'dynamodb:GetItem'],
      [`${PREFIX}delivery`]: ['sqs:SendMessage'],
      [`${PREFIX}retry`]: ['sqs:SendMessage'],
      [`${PREFIX}findings-dlq`]: ['sqs:SendMessage'],
      [`${PREFIX}set-aside-events`]: ['sqs:SendMessage'],
    });
  });

  it('is told where its table and queues are', () => {
    expect(environmentOf(template, FUNCTION_NAME)).toMatchObject({
      CONFIG_TABLE_NAME: `${PREFIX}config`,
      DELIVERY_LOG_NAME: `${PREFIX}delivery-log`,
      FINDINGS_QUEUE_URL: `${PREFIX}findings`,
      DELIVERY_QUEUE_URL: `${PREFIX}delivery`,
      RETRY_QUEUE_URL: `${PREFIX}retry`,
      FINDINGS_DLQ_URL: `${PREFIX}findings-dlq`,
      SET_ASIDE_EVENTS_URL: `${PREFIX}set-aside-events`,
    });
  });

  it('is told where the console is, where there is one', () => {
    expect(environmentOf(template, FUNCTION_NAME)['CONSOLE_URL']).toMatch(/^https:\/\/<ConsoleDistribution/);
    const without = synthesise(aProductionStage({ console: false, identity: createStages({}).e2e.identity }));
    expect(environmentOf(without, FUNCTION_NAME)).not.toHaveProperty('CONSOLE_URL');
  });

  it('drains the findings queue, ten at a time and at once, and returns single findings', () => {
    expect(mappingsOf(template, FUNCTION_NAME)).toEqual([
      {
        queue: `${PREFIX}findings`,
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 0,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 10 },
      },
    ]);
  });

  it('is deployed after what reads its messages and their rows', () => {
    const dispatch = theResource(template, 'AWS::Lambda::Function', { FunctionName: FUNCTION_NAME });
    for (const reader of ['send', 'reconcile', 'api']) {
      const functions = template.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: `${PREFIX}${reader}` },
      });
      expect(dispatch['DependsOn']).toEqual(expect.arrayContaining(Object.keys(functions)));
    }
  });

  it('would be stopped by Lambda if it ever fed itself', () => {
    const dispatch = theResource(template, 'AWS::Lambda::Function', { FunctionName: FUNCTION_NAME });
    expect(dispatch['Properties']).not.toHaveProperty('RecursiveLoop');
  });
});
