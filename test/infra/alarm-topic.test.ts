import { describe, expect, it } from 'vitest';
import { aProductionStage, readable, synthesise, theResource } from './synthesise.ts';

const ALARMS = 'arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:thalian-webhooks-production-*';

describe('the alarms’ topic', () => {
  const template = synthesise();
  const topic = theResource(template, 'AWS::SNS::Topic')['Properties'];
  const { Statement: topicPolicy } = theResource(template, 'AWS::SNS::TopicPolicy')['Properties'].PolicyDocument;
  const key = theResource(template, 'AWS::KMS::Key')['Properties'];
  const { Statement: keyPolicy } = key.KeyPolicy;

  it('is encrypted under a key of our own, which rotates: CloudWatch may not use the one of AWS', () => {
    expect(topic.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^AlarmTopicKey/), 'Arn'] });
    expect(key.EnableKeyRotation).toBe(true);
  });

  it('lets CloudWatch publish for alarms of this stage in this account, with what it needs of the key, and no other service', () => {
    for (const [policy, action] of [
      [topicPolicy, 'sns:Publish'],
      [keyPolicy, ['kms:Decrypt', 'kms:GenerateDataKey*']],
    ]) {
      const [statement, ...others] = policy.filter(
        ({ Effect: effect, Principal: principal }: { Effect: string; Principal: { AWS?: unknown } }) =>
          effect === 'Allow' && principal.AWS === undefined,
      );
      expect(others).toEqual([]);
      expect(statement.Action).toEqual(action);
      expect(statement.Principal).toEqual({ Service: 'cloudwatch.amazonaws.com' });
      const { StringEquals: equals, ArnLike: like, ...more } = statement.Condition;
      expect(more).toEqual({});
      expect(equals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
      expect(readable(template, like['aws:SourceArn'])).toBe(ALARMS);
    }
  });

  it('refuses what does not come over TLS', () => {
    expect(topicPolicy).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });

  it('has no subscriber unless the stage names a mailbox', () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    synthesise(aProductionStage({ alarmEmail: 'none, because a@b.example subscribes' })).resourceCountIs(
      'AWS::SNS::Subscription',
      0,
    );
    const mailed = synthesise(aProductionStage({ alarmEmail: 'oncall@thalian.example' }));
    expect(theResource(mailed, 'AWS::SNS::Subscription')['Properties']).toMatchObject({
      Protocol: 'email',
      Endpoint: 'oncall@thalian.example',
    });
  });
});
