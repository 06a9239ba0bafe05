/**
 * Fixed addresses towards receivers, for tenants whose firewalls ask for them: a network without a way in, whose only way
 * out are NAT gateways with addresses of their own. Off unless the stage asks for it: it costs more than all the rest.
 */
import { Fn, Stack, Validations } from 'aws-cdk-lib';
import {
  CfnEIP,
  GatewayVpcEndpointAwsService,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { EgressChange, Stage } from '../stages.ts';

export interface StaticEgressProps {
  readonly stage: Stage;
  /** One per availability zone: with one, a zone that fails takes all deliveries with it. */
  readonly natGateways: number;
  readonly since: string;
  readonly change?: EgressChange;
}

export class StaticEgress extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;
  /** What tenants let in. */
  readonly addresses: readonly string[];
  /** What the API says of them to firewalls, as JSON. */
  readonly description: string;

  constructor(scope: Construct, id: string, { stage, natGateways, since, change }: StaticEgressProps) {
    super(scope, id);
    const elasticIps = Array.from({ length: natGateways }, (_, index) => new CfnEIP(this, `Address${index + 1}`));
    this.addresses = elasticIps.map((elasticIp) => elasticIp.ref);
    this.description = Stack.of(this).toJsonString({ addresses: this.addresses, since, ...(change && { change }) });
    // The class is its own interface in all but exactOptionalPropertyTypes: it spells a property differently.
    this.vpc = new Vpc(this, 'Network', {
      vpcName: physicalName(stage.name, 'egress'),
      // Named one by one: with `maxAzs` the CDK takes two at most, as long as it does not know the region.
      availabilityZones: elasticIps.map((_address, index) => Fn.select(index, Fn.getAzs())),
      natGateways,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: elasticIps.map((ip) => ip.attrAllocationId) }),
      subnetConfiguration: [
        { name: 'nat', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        // An address per function instance at work: 80 at most in production.
        { name: 'functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
      ],
      // Nothing is put into the default group; restricting it would take a function that may change security groups.
      restrictDefaultSecurityGroup: false,
      // Costs nothing, and keeps the busiest of AWS's services off the NAT gateways, which bill by the gigabyte.
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    }) as IVpc;
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Nothing but our functions is in it, and each attempt’s log line has its host; flow logs would repeat that at a price.',
    });
    this.securityGroup = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'Functions that call receivers: out to HTTPS and high ports, nothing in',
      allowAllOutbound: false,
    });
    for (const port of [Port.tcp(443), Port.tcpRange(1024, 65_535)]) {
      this.securityGroup.addEgressRule(Peer.anyIpv4(), port, 'As webhook URLs allow them');
    }
  }

  /** What Lambda itself does in the name of a function that is placed in a network. It takes no narrower resource. */
  static attachmentStatement(): PolicyStatement {
    return new PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    });
  }
}
