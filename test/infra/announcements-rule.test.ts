import { describe, expect, it } from 'vitest';
import { readable, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

describe('the announcements rule', () => {
  const template = synthesise();
  const rule = theResource(template, 'AWS::Events::Rule', { Name: `${PREFIX}announcements` });
  const { EventPattern: pattern, EventBusName: busName, State: state, Targets: targets } = rule['Properties'];

  it('takes the service’s own events, and no others', () => {
    expect(pattern).toEqual({ source: ['thalian.webhooks'] });
    expect(state).toBe('ENABLED');
    expect(readable(template, busName)).toBe(`${PREFIX}findings`);
  });

  it('hands the whole event to dispatch in the group of its tenant, wrapped so that it is no finding', () => {
    expect(targets).toHaveLength(1);
    const [{ Arn: arn, DeadLetterConfig: deadLetters, InputTransformer: transformer, SqsParameters: group }] = targets;
    expect(readable(template, arn)).toBe(`${PREFIX}findings`);
    expect(transformer).toEqual({ InputTemplate: '{"announced":<aws.events.event.json>}' });
    expect(group).toEqual({ MessageGroupId: '$.detail.tenantId' });
    // Not into the findings DLQ, from which what is not wrapped would be moved back as a finding.
    expect(readable(template, deadLetters.Arn)).toBe(`${PREFIX}set-aside-events`);
  });

  it('begins once dispatch understands what it brings', () => {
    const dispatch = template.findResources('AWS::Lambda::Function', {
      Properties: { FunctionName: `${PREFIX}dispatch` },
    });
    expect(rule['DependsOn']).toEqual(expect.arrayContaining(Object.keys(dispatch)));
  });
});
