import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { NAME_PROPERTIES, synthesise, synthesiseAgain } from './synthesise.ts';

const STATEFUL = [
  'AWS::DynamoDB::Table',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::Events::EventBus',
  'AWS::Cognito::UserPool',
];

describe('the stack', () => {
  const stages = createStages({});
  const template = synthesise(stages.production);

  // A new id is a new, empty resource beside, or instead of, the one that holds the data.
  it('never changes the logical id of a table, queue, bus, secret or user pool', () => {
    const ids = resourcesOf(template)
      .filter((resource) => STATEFUL.includes(resource.type))
      .map(({ id, physicalName }) => [id, physicalName]);
    expect(Object.fromEntries(ids)).toEqual({
      TablesConfig8DAB628F: 'thalian-webhooks-production-config',
      TablesDeliveryLog8BFE9A79: 'thalian-webhooks-production-delivery-log',
      QueuesFindings82E7964C: 'thalian-webhooks-production-findings',
      QueuesFindingsDlqFF5753BE: 'thalian-webhooks-production-findings-dlq',
      QueuesSetAsideEventsF7315E1A: 'thalian-webhooks-production-set-aside-events',
      QueuesReplayedD6F35D30: 'thalian-webhooks-production-replayed',
      QueuesDeliveryACBB69CE: 'thalian-webhooks-production-delivery',
      QueuesRetry03C75A72: 'thalian-webhooks-production-retry',
      QueuesPoison13B91FC8: 'thalian-webhooks-production-poison',
      QueuesExhaustedDeliveries01CB3892: 'thalian-webhooks-production-exhausted-deliveries',
      FindingsBus71C11589: 'thalian-webhooks-production-findings',
      IdentityUserPool96FE3B9B: 'thalian-webhooks-production-users',
      ApiCursorKeyD5FCB380: 'thalian-webhooks/production/cursor-key',
    });
  });

  it('leaves tables, accounts, logs and the cursor key behind when production is deleted, and nothing else', () => {
    expect(retainedIn(template)).toEqual([
      'ApiAccessLogs50B185DB',
      'ApiCursorKeyD5FCB380',
      'ApiLambdaLogs8A062992',
      'CanaryLambdaLogs843C5499',
      'DispatchLambdaLogsC361EB13',
      'IdentityUserPool96FE3B9B',
      'IdentityUserPoolReadersE16F56B9',
      'IdentityUserPoolWriters89B6C8C2',
      'ReconcileLambdaLogs1942F719',
      'SendLambdaLogs2F333104',
      'TablesConfig8DAB628F',
      'TablesDeliveryLog8BFE9A79',
    ]);
  });

  it.each([stages.staging, stages.e2e])('leaves nothing behind when $name is deleted', (stage) => {
    expect(retainedIn(synthesise(stage))).toEqual([]);
  });

  it('tells publishers, operators and scripts what they need to know', () => {
    expect(Object.keys(template.toJSON()['Outputs']).sort()).toEqual([
      'AlarmTopicArn',
      'ApiFunctionName',
      'ApiUrl',
      'ConfigTableName',
      'ConsoleUrl',
      'DeliveryLogName',
      'DeliveryQueueUrl',
      'DispatchFunctionName',
      'ExhaustedDeliveriesUrl',
      'FindingsBusArn',
      'FindingsBusName',
      'FindingsDlqUrl',
      'FindingsQueueUrl',
      'IssuerUrl',
      'PoisonQueueUrl',
      'ReconcileFunctionName',
      'ReplayedUrl',
      'RetryQueueUrl',
      'SecretPrefix',
      'SendFunctionName',
      'SetAsideEventsUrl',
      'UserPoolClientId',
      'UserPoolId',
    ]);
    template.hasOutput('SecretPrefix', { Value: 'thalian-webhooks/production/' });
  });

  it.each(Object.values(stages))('comes out the same every time for $name', (stage) => {
    expect(normalised(synthesiseAgain(stage))).toBe(normalised(synthesise(stage)));
  });

  it.each(Object.values(stages))('bears $name in every physical name, so that stages can share an account', (stage) => {
    const names = resourcesOf(synthesise(stage)).flatMap(({ physicalName }) => physicalName ?? []);
    expect(names).toContain(`thalian-webhooks-${stage.name}-send`);
    const own = [`thalian-webhooks-${stage.name}-`, `thalian-webhooks/${stage.name}/`];
    expect(names.filter((name) => !own.some((part) => name.includes(part)))).toEqual([]);
  });

  it('changes nowhere unseen', () => {
    expect(JSON.parse(normalised(template))).toMatchSnapshot();
  });
});

/** Asset hashes differ by checkout path; without bundling they say nothing about the code anyway. */
function normalised(template: Template): string {
  return JSON.stringify(template.toJSON(), null, 2).replaceAll(/[0-9a-f]{64}/g, '<hash>');
}

/** What CloudFormation does not say goes with the stack. */
function retainedIn(template: Template): string[] {
  const resources: [string, { DeletionPolicy?: string }][] = Object.entries(template.toJSON()['Resources']);
  return resources
    .filter(([, { DeletionPolicy: policy = 'Delete' }]) => policy !== 'Delete')
    .map(([id]) => id)
    .sort();
}

function resourcesOf(template: Template) {
  const resources: [string, { Type: string; Properties?: Record<string, unknown> }][] = Object.entries(
    template.toJSON()['Resources'],
  );
  return resources.map(([id, { Type: type, Properties: properties = {} }]) => {
    const values = NAME_PROPERTIES.map((property) => properties[property]);
    return { id, type, physicalName: values.find((value) => typeof value === 'string') };
  });
}
