import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { aProductionStage, environmentOf, permissionsOf, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const FUNCTION_NAME = `${PREFIX}canary`;
const ITS_ITEMS = ' if {"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["TENANT#thalian-canary"]}}';

describe('the canary', () => {
  const template = synthesise();

  it('reaches the items and the secret of its own tenant and publishes findings, and nothing else: anyone can call it', () => {
    const { [`/aws/lambda/${FUNCTION_NAME}`]: _logs, ...permissions } = permissionsOf(template, FUNCTION_NAME);
    const secret = Object.keys(permissions).find((name) => name.includes(':secret:')) ?? '';
    expect(secret).toMatch(/:secret:thalian-webhooks\/production\/thalian-canary\/wh_canary-\?{6}$/);
    const { [secret]: _secret, ...others } = permissions;
    expect(others).toEqual({
      [`${PREFIX}config`]: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'].map(
        (action) => action + ITS_ITEMS,
      ),
      [`${PREFIX}findings`]: ['events:PutEvents if {"StringEquals":{"events:source":"thalian.findings"}}'],
    });
  });

  it('is told by every tick where its own address and the console’s are', () => {
    const { Targets: targets, ScheduleExpression: rate } = theResource(template, 'AWS::Events::Rule', {
      Name: FUNCTION_NAME,
    })['Properties'];
    expect(rate).toBe('rate(5 minutes)');
    expect(JSON.stringify(targets[0].Input)).toMatch(/receiverUrl.*FunctionUrl.*consoleUrl.*DomainName/);
  });

  it('has a public address, which the guard of `send` takes for any other', () => {
    expect(theResource(template, 'AWS::Lambda::Url')['Properties'].AuthType).toBe('NONE');
    expect(environmentOf(template, `${PREFIX}send`)['OWN_HOSTS']).not.toContain('Canary');
  });

  it('is where the stage says so, and without it nothing of it is there', () => {
    for (const stage of [createStages({}).e2e, createStages({}).staging, aProductionStage({ canary: false })]) {
      expect(JSON.stringify(synthesise(stage).toJSON())).not.toMatch(
        /canary-(high|low|missing)|functions\/canary|"canary"/,
      );
    }
  });

  it('has no console to ask for where the stage has none', () => {
    const without = synthesise(aProductionStage({ console: false, identity: createStages({}).e2e.identity }));
    const { Targets: targets } = theResource(without, 'AWS::Events::Rule', { Name: FUNCTION_NAME })['Properties'];
    expect(JSON.stringify(targets[0].Input)).not.toContain('consoleUrl');
    expect(JSON.stringify(without.toJSON())).not.toContain('console-unreachable');
  });

  it('is refused on a bus that lets no principal of this account in', () => {
    const stage = aProductionStage({
      findingsBus: { kind: 'own', publishers: [{ accountId: '111122223333' }], archiveDays: 1 },
    });
    expect(() => synthesise(stage)).toThrow("name 'this-account' among its publishers, or set canary: false");
    expect(() => synthesise({ ...stage, canary: false })).not.toThrow();
  });
});
