import { isDeepStrictEqual } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/constructs/watched-functions.ts';
import { asksAtOnce } from '../../infra/stages.ts';
import { WebhookStack } from '../../infra/webhook-stack.ts';
import { aProductionStage, synthesise } from './synthesise.ts';
import { withApp } from './with-app.ts';

type Resources = ReturnType<Template['findResources']>;

const stage = aProductionStage({ gradualRelease: true });

function resourcesOf(template: Template): Resources {
  return template.toJSON()['Resources'];
}

function idsOf(resources: Resources, type: string): readonly string[] {
  return Object.keys(resources).filter((id) => resources[id]?.['Type'] === type);
}

describe('a gradual release', () => {
  const plain = resourcesOf(synthesise());
  const gradual = resourcesOf(synthesise(stage));
  const aliases = idsOf(gradual, 'AWS::Lambda::Alias');
  const aliasOf = (name: string) => aliases.find((id) => id.toLowerCase().startsWith(`${name}lambdaalias`)) ?? '';

  it('is none unless the stage asks for it', () => {
    const types = Object.values(plain).map(({ Type }) => Type);
    expect(types.filter((type) => /::Lambda::(Alias|Version)$|CodeDeploy/.test(type))).toEqual([]);
  });

  it('moves an alias of each function, and none of the canary', () => {
    expect(aliases).toHaveLength(FUNCTION_NAMES.length);
    expect(FUNCTION_NAMES.filter((name) => aliasOf(name) === '')).toEqual([]);
    for (const id of aliases) {
      expect(gradual[id]?.['UpdatePolicy']?.CodeDeployLambdaAliasUpdate).toHaveProperty('DeploymentGroupName');
    }
  });

  it('changes nothing that was there but what the triggers invoke, so that it comes and goes in place', () => {
    const changed = Object.keys(plain).filter(
      (id) => !isDeepStrictEqual(plain[id]?.['Properties'], gradual[id]?.['Properties']),
    );
    const without = changed.filter((id) => gradual[id] === undefined).map((id) => plain[id]?.['Type']);
    // What lets API Gateway and the schedule invoke: of a function before, of its alias now.
    expect(without).toEqual(Array(without.length).fill('AWS::Lambda::Permission'));
    const types = changed.filter((id) => gradual[id] !== undefined).map((id) => plain[id]?.['Type']);
    expect([...new Set(types)].toSorted()).toEqual([
      'AWS::ApiGatewayV2::Integration',
      // It lists the alarms.
      'AWS::CloudWatch::Dashboard',
      'AWS::Events::Rule',
      'AWS::Lambda::EventSourceMapping',
    ]);
  });

  it('moves a mapping by its FunctionName alone, which CloudFormation updates in place', () => {
    const mappings = idsOf(plain, 'AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(3);
    for (const id of mappings) {
      const { FunctionName: target, ...rest } = gradual[id]?.['Properties'] ?? {};
      const { FunctionName: _function, ...before } = plain[id]?.['Properties'] ?? {};
      expect(rest).toEqual(before);
      expect(aliases.filter((alias) => JSON.stringify(target).includes(`"${alias}"`))).toHaveLength(1);
    }
  });

  it('leaves no trigger that invokes a function past its alias', () => {
    const functions = FUNCTION_NAMES.map((name) =>
      idsOf(gradual, 'AWS::Lambda::Function').find((id) => id.toLowerCase().startsWith(`${name}lambda`)),
    );
    const triggers = [
      'AWS::ApiGatewayV2::Integration',
      'AWS::Events::Rule',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Permission',
    ].flatMap((type) => idsOf(gradual, type));
    const past = triggers.filter((id) =>
      functions.some((name) => JSON.stringify(gradual[id]?.['Properties']).includes(`"${name}"`)),
    );
    expect(past).toEqual([]);
    expect(functions).not.toContain(undefined);
  });

  it('updates dispatch when what reads its messages and rows has moved', () => {
    const readers = FUNCTION_NAMES.filter((name) => name !== 'dispatch').map(aliasOf);
    expect(gradual[aliasOf('dispatch')]?.['DependsOn']).toEqual(expect.arrayContaining(readers));
  });

  it.each(FUNCTION_NAMES)('goes back if the new version of %s fails', (name) => {
    const group = groupOf(gradual, name);
    expect(group.AutoRollbackConfiguration).toEqual({
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
    });
    expect(group.DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent15Minutes');
    const watched: readonly string[] = group.AlarmConfiguration.Alarms.map(
      (alarm: { Name: { Ref: string } }) => alarm.Name.Ref,
    );
    const ownErrors = watched
      .map((id) => gradual[id]?.['Properties'])
      .filter(({ Namespace, MetricName }) => Namespace === 'AWS/Lambda' && MetricName === 'Errors');
    const functionName = `thalian-webhooks-production-${name}`;
    expect(ownErrors).toEqual([
      expect.objectContaining({
        Dimensions: [
          { Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': [versionOf(gradual, aliasOf(name)), 'Version'] } },
          { Name: 'FunctionName', Value: functionName },
          { Name: 'Resource', Value: `${functionName}:live` },
        ],
      }),
    ]);
  });

  it('asks what the service does for tenants, too', () => {
    const watchedBy = (name: string) =>
      groupOf(gradual, name)
        .AlarmConfiguration.Alarms.map(
          (alarm: { Name: { Ref: string } }) => gradual[alarm.Name.Ref]?.['Properties'].AlarmName,
        )
        .filter((alarm: string) => !alarm.includes('release-errors'));
    expect(Object.fromEntries(FUNCTION_NAMES.map((name) => [name, watchedBy(name)]))).toEqual({
      dispatch: ['thalian-webhooks-production-items-returned-dispatch-high'],
      send: [
        'thalian-webhooks-production-success-slo-fast-high',
        'thalian-webhooks-production-items-returned-send-high',
      ],
      reconcile: [],
      api: ['thalian-webhooks-production-api-errors-high'],
    });
  });

  it('lets CodeDeploy move these aliases and no other', () => {
    const policies = idsOf(gradual, 'AWS::IAM::Policy').filter((id) => id.startsWith('GradualRelease'));
    const statements = policies.flatMap((id) => gradual[id]?.['Properties'].PolicyDocument.Statement);
    const { Resource: moved } = statements.find(({ Action }) => Action.includes('lambda:UpdateAlias'));
    expect(moved).toHaveLength(2 * FUNCTION_NAMES.length);
    expect(statements.flatMap(({ Action }) => Action)).toEqual([
      'lambda:GetAlias',
      'lambda:UpdateAlias',
      'lambda:GetProvisionedConcurrencyConfig',
      'cloudwatch:DescribeAlarms',
    ]);
  });

  it('asks no alarm and takes no time when a mend is urgent, and keeps the aliases', () => {
    const urgent = withApp((app) =>
      resourcesOf(Template.fromStack(new WebhookStack(app, 'ThalianWebhooks', { stage, releaseAtOnce: true }))),
    );
    expect(idsOf(urgent, 'AWS::Lambda::Alias')).toEqual(aliases);
    for (const name of FUNCTION_NAMES) {
      const group = groupOf(urgent, name);
      expect(group.DeploymentConfigName).toBe('CodeDeployDefault.LambdaAllAtOnce');
      expect(group.AlarmConfiguration?.Alarms ?? []).toEqual([]);
      expect(group.AutoRollbackConfiguration.Events).not.toContain('DEPLOYMENT_STOP_ON_ALARM');
    }
  });

  it.each([
    [undefined, false],
    ['at-once', true],
    ['atonce', { refusal: expect.stringContaining('-c release=at-once') }],
    [true, { refusal: expect.stringContaining('There is no release "true"') }],
  ])('takes -c release=%s for %s', (given, asked) => {
    expect(asksAtOnce(given)).toEqual(asked);
  });
});

function groupOf(resources: Resources, name: string) {
  const groups = idsOf(resources, 'AWS::CodeDeploy::DeploymentGroup').map((id) => resources[id]?.['Properties']);
  return groups.find(({ DeploymentGroupName }) => DeploymentGroupName === name);
}

function versionOf(resources: Resources, aliasId: string): string {
  return resources[aliasId]?.['Properties'].FunctionVersion['Fn::GetAtt'][0];
}
