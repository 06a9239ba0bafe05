import { describe, expect, it } from 'vitest';
import { readable, synthesise, theResource } from './synthesise.ts';

describe('the findings rule', () => {
  const template = synthesise();
  const rule = theResource(template, 'AWS::Events::Rule', { Name: 'thalian-webhooks-production-findings' });
  const { Targets: targets, ...properties } = rule['Properties'];

  it('takes detected findings of Thalian from the findings bus, and nothing else', () => {
    expect(properties.EventPattern).toEqual({ source: ['thalian.findings'], 'detail-type': ['Finding Detected'] });
    expect(properties.State).toBe('ENABLED');
    expect(readable(template, properties.EventBusName)).toBe('thalian-webhooks-production-findings');
  });

  it('puts the whole event on the findings queue, in the group of its tenant, and what it cannot put there on that queue’s DLQ', () => {
    expect(targets).toHaveLength(1);
    const [{ Id: _, Arn: arn, DeadLetterConfig: deadLetters, ...transformations }] = targets;
    expect(readable(template, arn)).toBe('thalian-webhooks-production-findings');
    expect(readable(template, deadLetters.Arn)).toBe('thalian-webhooks-production-findings-dlq');
    expect(transformations).toEqual({ SqsParameters: { MessageGroupId: '$.detail.tenantId' } });
  });

  it('takes the later events of findings, wrapped, so that no version of dispatch takes one for a detection', () => {
    const name = 'thalian-webhooks-production-finding-lifecycle';
    const lifecycle = theResource(template, 'AWS::Events::Rule', { Name: name })['Properties'];
    expect(lifecycle.EventPattern).toEqual({
      source: ['thalian.findings'],
      'detail-type': ['Finding Updated', 'Finding Resolved', 'Finding Reopened'],
    });
    const [{ Arn: arn, DeadLetterConfig: deadLetters, InputTransformer: transformer }] = lifecycle.Targets;
    expect(readable(template, arn)).toBe('thalian-webhooks-production-findings');
    expect(readable(template, deadLetters.Arn)).toBe('thalian-webhooks-production-findings-dlq');
    expect(transformer).toEqual({ InputTemplate: '{"lifecycle":<aws.events.event.json>}' });
  });

  it.each([
    ['findings', ['findings', 'finding-lifecycle', 'stray-types', 'stray-sources', 'announcements']],
    ['findings-dlq', ['findings', 'finding-lifecycle']],
    ['set-aside-events', ['stray-types', 'stray-sources', 'announcements']],
    ['replayed', ['replayed']],
  ])('lets into the %s queue the rules %j and no other', (name, rules) => {
    const statements = allowedOn(name);
    for (const { Action: action, Principal: principal, Condition: condition } of statements) {
      expect([action].flat()).toContain('sqs:SendMessage');
      expect(principal).toEqual({ Service: 'events.amazonaws.com' });
      expect(Object.keys(condition)).toEqual(['ArnEquals']);
    }
    expect(statements.map(({ Condition: { ArnEquals: from } }) => readable(template, from['aws:SourceArn']))).toEqual(
      rules.map((rule) => `thalian-webhooks-production-${rule}`),
    );
  });

  it.each(['delivery', 'retry', 'poison', 'exhausted-deliveries'])('may not send to the %s queue', (name) => {
    expect(allowedOn(name)).toEqual([]);
  });

  function allowedOn(name: string) {
    const queueName = `thalian-webhooks-production-${name}`;
    return Object.values(template.findResources('AWS::SQS::QueuePolicy'))
      .map((policy) => policy['Properties'])
      .filter((policy) => readable(template, policy.Queues[0]) === queueName)
      .flatMap((policy) => policy.PolicyDocument.Statement)
      .filter((statement) => statement.Effect === 'Allow');
  }
});
