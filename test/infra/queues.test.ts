import { describe, expect, it } from 'vitest';
import { FUNCTION_TIMEOUT_SECONDS, QUEUES } from '../../shared/topology/queues.ts';
import { aStageWithMail, readable, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

describe('the queues', () => {
  const template = synthesise(aStageWithMail());

  it('are those of the topology', () => {
    const names = Object.values(template.findResources('AWS::SQS::Queue')).map(
      (queue) => queue['Properties'].QueueName,
    );
    expect(names.sort()).toEqual(
      Object.keys(QUEUES)
        .map((name) => PREFIX + name)
        .sort(),
    );
  });

  describe.each(Object.entries(QUEUES))('%s', (name, shape) => {
    const queue = queueNamed(PREFIX + name);

    it(name === 'replayed' ? 'keeps copies for a day' : 'keeps messages for the 14 days that SQS allows', () => {
      expect(queue.MessageRetentionPeriod).toBe((name === 'replayed' ? 1 : 14) * 24 * 60 * 60);
    });

    it('hides a message for at least six times as long as a function may take', () => {
      expect(queue.VisibilityTimeout).toBe(shape.visibilitySeconds);
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * FUNCTION_TIMEOUT_SECONDS);
    });

    it('is encrypted by SQS itself, under no KMS key that would shut EventBridge out', () => {
      expect(queue.SqsManagedSseEnabled).toBe(true);
      expect(queue).not.toHaveProperty('KmsMasterKeyId');
    });

    it('refuses everything that does not come over TLS', () => {
      const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'))
        .map((policy) => policy['Properties'])
        .filter((policy) => policy.Queues.some((ref: unknown) => readable(template, ref) === PREFIX + name));
      const denials = policies
        .flatMap((policy) => policy.PolicyDocument.Statement)
        .filter((statement) => statement.Effect === 'Deny');
      expect(denials).toMatchObject([
        { Action: 'sqs:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ]);
    });

    it(
      shape.deadLettersTo
        ? `dead-letters to ${shape.deadLettersTo} after 105 receives, 5 h of failing`
        : 'is a last stop',
      () => {
        if (shape.deadLettersTo === undefined) {
          expect(queue).not.toHaveProperty('RedrivePolicy');
        } else {
          expect(readable(template, queue.RedrivePolicy.deadLetterTargetArn)).toBe(PREFIX + shape.deadLettersTo);
          expect(queue.RedrivePolicy.maxReceiveCount).toBe(105);
        }
      },
    );
  });

  it.each([
    ['findings-dlq', ['findings']],
    ['poison', ['delivery', 'retry']],
    ['mails-dlq', ['mails']],
  ])('take dead letters into %s from %j only', (name, sources) => {
    const { redrivePermission, sourceQueueArns } = queueNamed(PREFIX + name).RedriveAllowPolicy;
    expect(redrivePermission).toBe('byQueue');
    expect(sourceQueueArns.map((arn: unknown) => readable(template, arn))).toEqual(
      sources.map((source) => `arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${PREFIX}${source}`),
    );
  });

  it.each(['findings', 'set-aside-events', 'replayed', 'delivery', 'retry', 'exhausted-deliveries', 'mails'])(
    'take no dead letters into %s',
    (name) => {
      expect(queueNamed(PREFIX + name).RedriveAllowPolicy).toEqual({ redrivePermission: 'denyAll' });
    },
  );

  function queueNamed(queueName: string) {
    return theResource(template, 'AWS::SQS::Queue', { QueueName: queueName })['Properties'];
  }
});
