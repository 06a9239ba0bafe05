import { describe, expect, it } from 'vitest';
import { fitRoles, isNotEmulated, leaveOut } from '../../../scripts/e2e/emulator-template.ts';

function aTemplate(more: Record<string, { Type: string; [property: string]: unknown }>) {
  return {
    Resources: {
      Bus: { Type: 'AWS::Events::EventBus' },
      Policy: { Type: 'AWS::Events::EventBusPolicy', Properties: { EventBusName: { Ref: 'Bus' } } },
      ...more,
    },
    Outputs: { Name: { Value: { Ref: 'Bus' } } },
  };
}

/** As `Fn::Sub` has it in its text. */
function placeholder(name: string): string {
  return `\${${name}}`;
}

describe('what is left out of the stack for the emulator', () => {
  it('is every resource of a named type, told by type and id, and nothing else', () => {
    const { template, leftOut } = leaveOut(aTemplate({ Rule: { Type: 'AWS::Events::Rule' } }), isNotEmulated);
    expect(leftOut).toEqual(['AWS::Events::EventBusPolicy Policy']);
    expect(template).toEqual({
      Resources: { Bus: { Type: 'AWS::Events::EventBus' }, Rule: { Type: 'AWS::Events::Rule' } },
      Outputs: { Name: { Value: { Ref: 'Bus' } } },
    });
  });

  it('is an alarm on metric math, and no other alarm', () => {
    const plain = { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } };
    const math = { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Expression: 'a / b' }] } };
    const { leftOut } = leaveOut(aTemplate({ plain, math }), isNotEmulated);
    expect(leftOut).toEqual(['AWS::Events::EventBusPolicy Policy', 'AWS::CloudWatch::Alarm math']);
  });

  it('no longer stands in the order of others', () => {
    const one = { Type: 'AWS::Events::Rule', DependsOn: 'Policy' };
    const two = { Type: 'AWS::Events::Rule', DependsOn: ['Bus', 'Policy'] };
    const { template } = leaveOut(aTemplate({ one, two }), isNotEmulated);
    expect(template.Resources).toMatchObject({ two: { DependsOn: ['Bus'] } });
    expect(template.Resources['one']).toEqual({ Type: 'AWS::Events::Rule' });
  });

  it.each([
    [{ Ref: 'Policy' }],
    [{ 'Fn::GetAtt': ['Policy', 'Arn'] }],
    [{ 'Fn::Sub': `policy/${placeholder('Policy')}` }],
    [{ 'Fn::Sub': [`policy/${placeholder('Policy.Arn')}/${placeholder('Of')}`, { Of: { Ref: 'Bus' } }] }],
    [{ 'Fn::Join': ['/', ['policy', { Ref: 'Policy' }]] }],
  ])('is refused while something else needs it: %j', (value) => {
    const rule = { Type: 'AWS::Events::Rule', Properties: { Name: value } };
    expect(() => leaveOut(aTemplate({ rule }), isNotEmulated)).toThrow('Policy cannot be left out');
  });
});

describe('roles, as the emulator understands them,', () => {
  function statementsAfter(type: string, ...statements: readonly object[]) {
    const PolicyDocument = { Version: '2012-10-17', Statement: statements };
    const resource = { Type: type, Properties: { PolicyName: 'Own', PolicyDocument } };
    const { Resources } = fitRoles({ Resources: { resource } });
    const fit = JSON.parse(JSON.stringify(Resources['resource']));
    expect(fit).toMatchObject({
      Type: type,
      Properties: { PolicyName: 'Own', PolicyDocument: { Version: '2012-10-17' } },
    });
    return fit.Properties.PolicyDocument.Statement;
  }

  it('may send batches to the queues that they may send to', () => {
    const rest = { Effect: 'Allow', Resource: { Ref: 'Queue' } };
    expect(
      statementsAfter(
        'AWS::IAM::Policy',
        { ...rest, Action: 'sqs:SendMessage' },
        { ...rest, Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'] },
        { ...rest, Action: 'sqs:ReceiveMessage' },
      ),
    ).toEqual([
      { ...rest, Action: ['sqs:SendMessage', 'sqs:SendMessageBatch'] },
      { ...rest, Action: ['sqs:SendMessage', 'sqs:GetQueueUrl', 'sqs:SendMessageBatch'] },
      { ...rest, Action: 'sqs:ReceiveMessage' },
    ]);
  });

  it('lose conditions on keys without a value there, and keep all others', () => {
    const rest = { Effect: 'Allow', Resource: '*', Action: 'events:PutEvents' };
    const region = { 'aws:RequestedRegion': 'eu-west-1' };
    const source = { 'events:source': 'thalian.webhooks' };
    expect(
      statementsAfter(
        'AWS::IAM::Policy',
        { ...rest, Condition: { StringEquals: source } },
        { ...rest, Condition: { StringEquals: { ...source, ...region }, Bool: { 'aws:SecureTransport': 'true' } } },
      ),
    ).toEqual([rest, { ...rest, Condition: { StringEquals: region, Bool: { 'aws:SecureTransport': 'true' } } }]);
  });

  it('are all that changes: policies of resources stay as they are', () => {
    const statement = {
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Condition: { StringEquals: { 'events:source': 'a' } },
    };
    expect(statementsAfter('AWS::SQS::QueuePolicy', statement)).toEqual([statement]);
  });
});
