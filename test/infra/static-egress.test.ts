import { describe, expect, it } from 'vitest';
import { aProductionStage, synthesise } from './synthesise.ts';

describe('fixed addresses', () => {
  it('are not there unless a stage asks for them', () => {
    synthesise().resourceCountIs('AWS::EC2::VPC', 0);
  });

  const template = synthesise(aProductionStage({ staticEgress: { natGateways: 2 } }));
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
      const asked = synthesise(aProductionStage({ staticEgress: { natGateways } }));
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

  it('keep DynamoDB off the gateways', () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });
});
