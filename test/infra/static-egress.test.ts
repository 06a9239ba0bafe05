import { describe, expect, it } from 'vitest';
import { parseApiEnvironment } from '../../functions/api/env.ts';
import { aProductionStage, synthesise } from './synthesise.ts';

/** What the API asks for besides. */
const REQUIRED = {
  CONFIG_TABLE_NAME: 'c',
  DELIVERY_LOG_NAME: 'd',
  RETRY_QUEUE_URL: 'https://sqs.example/q',
  EVENT_BUS_NAME: 'b',
  SECRET_PREFIX: 'p',
  CURSOR_KEY_SECRET: 's',
  TENANT_CLAIM: 't',
  PERMISSIONS_CLAIM: 'p',
  WEBHOOKS_PER_TENANT: '1',
  TEST_SENDS_PER_MINUTE: '1',
  REQUESTS_PER_MINUTE: '1',
};

describe('fixed addresses', () => {
  it('are not there unless a stage asks for them', () => {
    synthesise().resourceCountIs('AWS::EC2::VPC', 0);
  });

  const template = synthesise(aProductionStage({ staticEgress: { natGateways: 2, since: '2026-11-23' } }));
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const placed = functions.filter(({ Properties }) => Properties.VpcConfig !== undefined);

  it('are one of each NAT gateway, and told', () => {
    template.resourceCountIs('AWS::EC2::EIP', 2);
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
    expect(JSON.stringify(template.toJSON()['Outputs']['EgressAddresses'])).toContain('EgressAddress1');
  });

  it.each([1, 2, 3] as const)(
    'are %i where that many gateways are asked for, each in a zone of its own',
    (natGateways) => {
      const asked = synthesise(aProductionStage({ staticEgress: { natGateways, since: '2026-11-23' } }));
      asked.resourceCountIs('AWS::EC2::EIP', natGateways);
      asked.resourceCountIs('AWS::EC2::NatGateway', natGateways);
      const zones = Object.values(
        asked.findResources('AWS::EC2::Subnet', { Properties: { MapPublicIpOnLaunch: false } }),
      );
      expect(new Set(zones.map(({ Properties }) => JSON.stringify(Properties.AvailabilityZone))).size).toBe(
        natGateways,
      );
    },
  );

  it('are those of the functions that call receivers, and of no others', () => {
    expect(placed.map(({ Properties }) => Properties.FunctionName).sort()).toEqual([
      'thalian-webhooks-production-api',
      'thalian-webhooks-production-send',
    ]);
  });

  it('come with no way in, and no way out but to the ports that webhooks may have', () => {
    const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    expect(groups).toHaveLength(1);
    expect(groups[0]?.['Properties'].SecurityGroupIngress).toBeUndefined();
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    const ports = groups[0]?.['Properties'].SecurityGroupEgress.map((rule: { FromPort: number; ToPort: number }) => [
      rule.FromPort,
      rule.ToPort,
    ]);
    expect(ports).toEqual([
      [443, 443],
      [1024, 65535],
    ]);
  });

  it('are told to firewalls by the API, with their date and the notice of a change', () => {
    const change = { announced: '2027-01-04', date: '2027-02-01', add: ['203.0.113.9'], remove: [] } as const;
    const asked = synthesise(aProductionStage({ staticEgress: { natGateways: 2, since: '2026-11-23', change } }));
    const api = Object.values(asked.findResources('AWS::Lambda::Function')).find(
      ({ Properties }) => Properties.FunctionName === 'thalian-webhooks-production-api',
    );
    const { EGRESS } = api?.['Properties'].Environment.Variables ?? {};
    const text = EGRESS['Fn::Join'][1]
      .map((part: string | { Ref: string }, index: number) => (typeof part === 'string' ? part : `203.0.113.${index}`))
      .join('');
    const { addresses, ...dates } = JSON.parse(text);
    expect(addresses).toHaveLength(2);
    expect(dates).toEqual({ since: '2026-11-23', change });
    expect(parseApiEnvironment({ ...REQUIRED, EGRESS: text }).EGRESS).toEqual({ addresses, ...dates });
    const without = Object.values(synthesise().findResources('AWS::Lambda::Function'));
    expect(without.filter(({ Properties }) => 'EGRESS' in Properties.Environment.Variables)).toEqual([]);
  });

  it('keep DynamoDB off the gateways', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });
});
