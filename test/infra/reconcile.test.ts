import { describe, expect, it } from 'vitest';
import { environmentOf, mappingsOf, permissionsOf, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const FUNCTION_NAME = `${PREFIX}reconcile`;

describe('reconcile', () => {
  const template = synthesise();

  it('may look for due rows, push them on, announce, and make manifests of what is listed, and nothing else', () => {
    const endingIn = (ending: string) =>
      JSON.stringify({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`*${ending}`] } });
    expect(permissionsOf(template, FUNCTION_NAME)).toEqual({
      [`/aws/lambda/${FUNCTION_NAME}`]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`${PREFIX}delivery-log/index/due`]: ['dynamodb:Query'],
      [`${PREFIX}delivery-log`]: [
        `dynamodb:DeleteItem if ${endingIn('#manifests')}`,
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        `dynamodb:Query if ${endingIn('#events')}`,
      ],
      [`${PREFIX}config`]: ['dynamodb:GetItem'],
      [`${PREFIX}retry`]: ['sqs:SendMessage'],
      [`${PREFIX}exhausted-deliveries`]: ['sqs:SendMessage'],
      [`${PREFIX}findings`]: ['events:PutEvents if {"StringEquals":{"events:source":"thalian.webhooks"}}'],
    });
  });

  it('is told where its tables, queues and bus are, and makes a manifest an hour', () => {
    expect(environmentOf(template, FUNCTION_NAME)).toMatchObject({
      CONFIG_TABLE_NAME: `${PREFIX}config`,
      DELIVERY_LOG_NAME: `${PREFIX}delivery-log`,
      RETRY_QUEUE_URL: `${PREFIX}retry`,
      EXHAUSTED_DELIVERIES_URL: `${PREFIX}exhausted-deliveries`,
      EVENT_BUS_NAME: `${PREFIX}findings`,
      MANIFEST_PERIOD_SECONDS: '3600',
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
