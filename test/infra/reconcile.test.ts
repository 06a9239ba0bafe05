import { describe, expect, it } from 'vitest';
import { environmentOf, mappingsOf, permissionsOf, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const FUNCTION_NAME = `${PREFIX}reconcile`;

describe('reconcile', () => {
  const template = synthesise();

  it('may look for due rows, push them on and announce, and nothing else', () => {
    expect(permissionsOf(template, FUNCTION_NAME)).toEqual({
      [`/aws/lambda/${FUNCTION_NAME}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`${PREFIX}delivery-log/index/due`]: ['dynamodb:Query'],
      [`${PREFIX}delivery-log`]: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      [`${PREFIX}retry`]: ['sqs:SendMessage'],
      [`${PREFIX}exhausted-deliveries`]: ['sqs:SendMessage'],
      [`${PREFIX}findings`]: ['events:PutEvents if {"StringEquals":{"events:source":"thalian.webhooks"}}'],
    });
  });

  it('is told where its table, queues and bus are', () => {
    expect(environmentOf(template, FUNCTION_NAME)).toMatchObject({
      DELIVERY_LOG_NAME: `${PREFIX}delivery-log`,
      RETRY_QUEUE_URL: `${PREFIX}retry`,
      EXHAUSTED_DELIVERIES_URL: `${PREFIX}exhausted-deliveries`,
      EVENT_BUS_NAME: `${PREFIX}findings`,
    });
  });

  it('runs every five minutes, on the schedule alone', () => {
    const schedule = theResource(template, 'AWS::Events::Rule', { Name: FUNCTION_NAME });
    expect(schedule['Properties']).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
    expect(mappingsOf(template, FUNCTION_NAME)).toEqual([]);
  });
});
