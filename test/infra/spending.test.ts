import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { aProductionStage, mappingsOf, permissionsOf, synthesise, theResource } from './synthesise.ts';

const SEND = 'thalian-webhooks-production-send';
const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

describe('what a stage costs', () => {
  it('is told apart by a tag on tables, queues and functions, and watched by a budget that asks the mailbox', () => {
    const template = synthesise(aProductionStage({ alarmEmail: 'oncall@thalian.example', monthlyBudgetDollars: 300 }));
    const tag = { Key: 'thalian-webhooks-stage', Value: 'production' };
    for (const type of ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Lambda::Function', 'AWS::KMS::Key']) {
      for (const resource of Object.values(template.findResources(type))) {
        expect(resource['Properties'].Tags).toContainEqual(tag);
      }
    }
    const { Budget: budget, NotificationsWithSubscribers: notifications } = theResource(
      template,
      'AWS::Budgets::Budget',
    )['Properties'];
    expect(budget).toMatchObject({
      BudgetLimit: { Amount: 300, Unit: 'USD' },
      CostFilters: { TagKeyValue: ['user:thalian-webhooks-stage$production'] },
    });
    expect(
      notifications.map(({ Notification: { Threshold: percent } }: { Notification: { Threshold: number } }) => percent),
    ).toEqual([80, 100]);
    expect(JSON.stringify(notifications)).toContain('oncall@thalian.example');
  });

  it('is not watched without a mailbox or an amount', () => {
    synthesise(aProductionStage()).resourceCountIs('AWS::Budgets::Budget', 0);
    const stage = aProductionStage({ alarmEmail: 'oncall@thalian.example', monthlyBudgetDollars: false });
    synthesise(stage).resourceCountIs('AWS::Budgets::Budget', 0);
  });

  it('has no traces in it unless the stage asks for them', () => {
    expect(permissionsOf(synthesise(), SEND)['*']).toBeUndefined();
    const traced = synthesise(aProductionStage({ tracing: true }));
    expect(theResource(traced, 'AWS::Lambda::Function', { FunctionName: SEND })['Properties'].TracingConfig).toEqual({
      Mode: 'Active',
    });
    expect(permissionsOf(traced, SEND)['*']).toEqual(TRACES);
  });

  it('is less with a window that fills batches, which no stage has by itself', () => {
    const windows = (stage = aProductionStage()) =>
      mappingsOf(synthesise(stage), SEND).map(({ MaximumBatchingWindowInSeconds: seconds }) => seconds);
    expect(windows()).toEqual([0, 1]);
    expect(windows(aProductionStage({ batchingWindowSeconds: 5 }))).toEqual([5, 5]);
    for (const { batchingWindowSeconds } of Object.values(createStages({}))) {
      expect(batchingWindowSeconds).toBe(0);
    }
  });
});
