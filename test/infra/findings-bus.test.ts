import { describe, expect, it } from 'vitest';
import type { Publisher } from '../../infra/stages.ts';
import { aProductionStage, readable, synthesise, theResource } from './synthesise.ts';

const STRANGER = { accountId: '999999999999' };
const PARTNER = { accountId: '111122223333' };
const SCANNER = { roleArn: 'arn:aws:iam::444455556666:role/scanner' } as const;

describe('the stage’s own findings bus', () => {
  it('lets the named accounts and roles put findings, and nothing of another source', () => {
    const { allow } = policyFor('this-account', PARTNER, SCANNER);

    expect(allow.Action).toBe('events:PutEvents');
    expect(allow.Condition).toEqual({ 'ForAllValues:StringEquals': { 'events:source': 'thalian.findings' } });
    expect(allow.principals).toEqual([
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:root',
      'arn:<AWS::Partition>:iam::111122223333:root',
      'arn:aws:iam::444455556666:role/scanner',
    ]);
    expect(JSON.stringify(allow)).not.toContain(STRANGER.accountId);
  });

  it('refuses findings of everyone who is neither in a named account nor a named role, whatever IAM allows them', () => {
    const { deny } = policyFor(PARTNER, SCANNER);

    expect(deny.Action).toBe('events:PutEvents');
    expect(deny.Principal).toEqual({ AWS: '*' });
    expect(deny.Condition).toEqual({
      'ForAnyValue:StringEquals': { 'events:source': 'thalian.findings' },
      StringNotEquals: { 'aws:PrincipalAccount': ['111122223333'] },
      ArnNotEquals: { 'aws:PrincipalArn': ['arn:aws:iam::444455556666:role/scanner'] },
    });
  });

  it('refuses the rest of this account too when only a role is named', () => {
    const { deny } = policyFor(SCANNER);

    expect(deny.Condition).toEqual({
      'ForAnyValue:StringEquals': { 'events:source': 'thalian.findings' },
      ArnNotEquals: { 'aws:PrincipalArn': ['arn:aws:iam::444455556666:role/scanner'] },
    });
  });

  it('is shut to others before it is opened to publishers', () => {
    const policies = ownBus('this-account').findResources('AWS::Events::EventBusPolicy');
    const [denyId] = Object.entries(policies).find(([, policy]) => effectOf(policy) === 'Deny') ?? [];
    const [, allow] = Object.entries(policies).find(([, policy]) => effectOf(policy) === 'Allow') ?? [];

    expect(allow?.['DependsOn']).toEqual([denyId]);
  });
});

describe('an imported findings bus', () => {
  const template = synthesise(aProductionStage({ findingsBus: { kind: 'imported', busName: 'central' } }));

  it('is neither created nor given a policy', () => {
    template.resourceCountIs('AWS::Events::EventBus', 0);
    template.resourceCountIs('AWS::Events::EventBusPolicy', 0);
  });

  it('carries our rule and is named in the outputs', () => {
    template.hasResourceProperties('AWS::Events::Rule', { EventBusName: 'central' });
    template.hasOutput('FindingsBusName', { Value: 'central' });
  });
});

function ownBus(...publishers: [Publisher, ...Publisher[]]) {
  // A canary publishes as this account, which these publishers need not name.
  return synthesise(aProductionStage({ findingsBus: { kind: 'own', publishers, archiveDays: 30 }, canary: false }));
}

function policyFor(...publishers: [Publisher, ...Publisher[]]) {
  const template = ownBus(...publishers);
  const bus = 'thalian-webhooks-production-findings';
  const statement = (effect: string) => {
    const policy = theResource(template, 'AWS::Events::EventBusPolicy', { Statement: { Effect: effect } });
    const { EventBusName: eventBusName, Statement: document } = policy['Properties'];
    expect([readable(template, eventBusName), readable(template, document.Resource)]).toEqual([bus, bus]);
    return document;
  };
  const allow = statement('Allow');
  const principals = [allow.Principal.AWS].flat().map((principal) => readable(template, principal));
  return { allow: { ...allow, principals }, deny: statement('Deny') };
}

function effectOf(policy: Record<string, { Statement?: { Effect: string } }>): string | undefined {
  return policy['Properties']?.Statement?.Effect;
}
