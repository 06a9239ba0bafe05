import { describe, expect, it } from 'vitest';
import { A_CONSOLE_OF_A_NAME, aProductionStage, synthesise } from './synthesise.ts';

/** Where a resource has a name that is taken in every region of the account, or in every account. */
const NAMED_EVERYWHERE: Readonly<Record<string, readonly string[] | 'no name of ours'>> = {
  'AWS::CloudFront::CachePolicy': ['CachePolicyConfig', 'Name'],
  'AWS::CloudFront::Distribution': 'no name of ours',
  'AWS::CloudFront::Function': ['Name'],
  'AWS::CloudFront::KeyGroup': ['KeyGroupConfig', 'Name'],
  'AWS::CloudFront::OriginAccessControl': ['OriginAccessControlConfig', 'Name'],
  'AWS::CloudFront::OriginRequestPolicy': ['OriginRequestPolicyConfig', 'Name'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['ResponseHeadersPolicyConfig', 'Name'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName'],
  // Inline: the name is below its role's.
  'AWS::IAM::Policy': 'no name of ours',
  'AWS::IAM::Role': ['RoleName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::S3::BucketPolicy': 'no name of ours',
};

/** Services of the whole account: each type of theirs must be in the table. */
const OF_THE_ACCOUNT = /^AWS::(CloudFront|IAM|Route53|S3|WAFv2|Organizations|Budgets)::/;

describe.each([
  ['as it is', aProductionStage()],
  ['under a name of its own', aProductionStage({ console: A_CONSOLE_OF_A_NAME })],
  ['with fixed addresses', aProductionStage({ staticEgress: { natGateways: 3, since: '2026-11-23' } })],
])('a stage %s in two regions of one account', (_how, stage) => {
  const template = synthesise(stage).toJSON();
  const [here, there] = ['us-east-1', 'eu-central-1'].map((region) => namesEverywhere(template, region));

  it('has no name twice', () => {
    expect(here?.length).toBeGreaterThanOrEqual(5);
    expect(here?.filter((name) => there?.includes(name))).toEqual([]);
  });

  it('has a name for each of them that tells the stage, and that CloudFront takes', () => {
    for (const name of here ?? []) {
      expect(name).toMatch(/ thalian-webhooks-production-[A-Za-z-]+-us-east-1$/);
      expect(name.split(' ')[1]?.length).toBeLessThanOrEqual(64);
    }
  });
});

/** Type and name. Of what has no name CloudFormation makes one, with a random part. */
function namesEverywhere(template: Record<string, unknown>, region: string): readonly string[] {
  const resources = template['Resources'] as Record<string, TemplateResource>;
  return Object.values(resources).flatMap(({ Type: type, Properties: properties }) => {
    const path = NAMED_EVERYWHERE[type];
    if (path === undefined && (OF_THE_ACCOUNT.test(type) || type.includes('Dashboard'))) {
      throw new Error(`Say in this test where ${type} has its name.`);
    }
    if (path === undefined || path === 'no name of ours') {
      return [];
    }
    const name = path.reduce(
      (part: unknown, member) => (part as Record<string, unknown> | undefined)?.[member],
      properties,
    );
    return name === undefined ? [] : [`${type} ${inRegion(name, region)}`];
  });
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: unknown;
}

function inRegion(name: unknown, region: string): string {
  if (typeof name === 'string') {
    return name;
  }
  const { Ref: ref, 'Fn::Join': join } = name as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  return ref === 'AWS::Region' ? region : (join?.[1].map((part) => inRegion(part, region)).join(join[0]) ?? `<${ref}>`);
}
