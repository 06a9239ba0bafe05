import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseTenantId } from '../../shared/runtime/ids.ts';
import { aProductionStage, readable, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

describe('the rules for stray events', () => {
  const template = synthesise();

  it('catch events of the publishers under every name but that of findings', () => {
    expect(ruleNamed(template, 'stray-types')).toMatchObject({
      EventPattern: {
        source: ['thalian.findings'],
        'detail-type': [
          { 'anything-but': ['Finding Detected', 'Finding Updated', 'Finding Resolved', 'Finding Reopened'] },
        ],
      },
      State: 'ENABLED',
    });
  });

  it('catch on the stage’s own bus events of every source but the publishers and the service itself', () => {
    expect(ruleNamed(template, 'stray-sources')).toMatchObject({
      EventPattern: { source: [{ 'anything-but': ['thalian.findings', 'thalian.webhooks'] }] },
      State: 'ENABLED',
    });
  });

  it('leave other sources of an imported bus alone', () => {
    const imported = synthesise(aProductionStage({ findingsBus: { kind: 'imported', busName: 'default' } }));
    expect(ruleNamed(imported, 'stray-types')).toMatchObject({ EventBusName: 'default' });
    expect(() => ruleNamed(imported, 'stray-sources')).toThrow('found 0');
  });

  it.each(['stray-types', 'stray-sources'])(
    '%s hands the whole event to dispatch, wrapped so that it is no finding',
    (name) => {
      const { EventBusName: busName, Targets: targets } = ruleNamed(template, name);
      expect(readable(template, busName)).toBe(`${PREFIX}findings`);
      expect(targets).toHaveLength(1);
      const [{ Arn: arn, DeadLetterConfig: deadLetters, InputTransformer: transformer, SqsParameters: group }] =
        targets;
      expect(readable(template, arn)).toBe(`${PREFIX}findings`);
      expect(transformer).toEqual({ InputTemplate: '{"stray":<aws.events.event.json>}' });
      // That of no tenant.
      expect(group).toEqual({ MessageGroupId: 'stray.events' });
      expect(parseTenantId(group.MessageGroupId)).toBeUndefined();
      // Not into the findings DLQ, from which what is not wrapped would be moved back as a finding.
      expect(readable(template, deadLetters.Arn)).toBe(`${PREFIX}set-aside-events`);
    },
  );
});

function ruleNamed(template: Template, name: string) {
  return theResource(template, 'AWS::Events::Rule', { Name: PREFIX + name })['Properties'];
}
