/** The template of a stage as `cdk synth` makes it, without bundling, and what the infra tests read out of it. */
import { Template } from 'aws-cdk-lib/assertions';
import {
  type ConsoleSettings,
  createStages,
  type LiveStage,
  type NoticeMailSettings,
  type Stage,
} from '../../infra/stages.ts';
import { WebhookStack } from '../../infra/webhook-stack.ts';
import { withApp } from './with-app.ts';

/** Under which resources have the name that was chosen for them. */
export const NAME_PROPERTIES = [
  'TableName',
  'QueueName',
  'FunctionName',
  'LogGroupName',
  'AlarmName',
  'DashboardName',
  'TopicName',
  'UserPoolName',
  'ClientName',
  'Name',
];

const known = new Map<string, Template>();

/** Made once for each stage, because it takes a second; frozen, because the tests of a worker share it. */
export function synthesise(stage: Stage = aProductionStage()): Template {
  const name = JSON.stringify(stage);
  const template = known.get(name) ?? synthesiseAgain(stage);
  known.set(name, template);
  return template;
}

export function synthesiseAgain(stage: Stage): Template {
  const template = withApp((app) => Template.fromStack(new WebhookStack(app, 'ThalianWebhooks', { stage })));
  freeze(template.toJSON());
  return template;
}

function freeze(value: object): void {
  Object.freeze(value);
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) {
      freeze(part);
    }
  }
}

export function aProductionStage(overrides: Partial<LiveStage> = {}): LiveStage {
  return { ...createStages({}).production, ...overrides };
}

/** Makes a stage one that sends notices by e-mail. */
export const A_SENDER: NoticeMailSettings = { from: 'notices@thalian.example', identity: 'thalian.example' };

/** With all that production may have. */
export function aStageWithMail(): LiveStage {
  return aProductionStage({ noticeMail: A_SENDER });
}

export const A_CONSOLE_OF_A_NAME: ConsoleSettings = {
  domain: {
    name: 'webhooks.thalian.example',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
  },
};

/** The only resource of that type, or of those of the type that have these properties. */
export function theResource(template: Template, type: string, properties: object = {}) {
  const found = Object.values(template.findResources(type, { Properties: properties }));
  const [resource] = found;
  if (resource === undefined || found.length > 1) {
    throw new Error(`expected one ${type} with ${JSON.stringify(properties)}, found ${found.length}`);
  }
  return resource;
}

/** What the function's role may do: resource, by its physical name where it has one, to actions and their conditions. */
export function permissionsOf(template: Template, functionName: string): Record<string, string[]> {
  const [, roleId] = theFunction(template, functionName);
  const role = template.findResources('AWS::IAM::Role')[roleId];
  if (role?.['Properties'].ManagedPolicyArns ?? role?.['Properties'].Policies) {
    throw new Error(`${functionName} has permissions beside its own policy`);
  }
  const permissions: Record<string, string[]> = {};
  for (const policy of Object.values(template.findResources('AWS::IAM::Policy'))) {
    const { Roles: roles, PolicyDocument: document } = policy['Properties'];
    for (const statement of isFor(roles, roleId) ? document.Statement : []) {
      if (statement.Effect !== 'Allow' || statement.NotAction || statement.NotResource) {
        throw new Error(`cannot read ${JSON.stringify(statement)}`);
      }
      const condition = statement.Condition === undefined ? '' : ` if ${JSON.stringify(statement.Condition)}`;
      for (const resource of [statement.Resource].flat()) {
        const name = readable(template, resource);
        permissions[name] = [
          ...(permissions[name] ?? []),
          ...[statement.Action].flat().map((action) => action + condition),
        ].sort();
      }
    }
  }
  return permissions;
}

/** The function's variables, with references to queues and tables by their physical name. */
export function environmentOf(template: Template, functionName: string): Record<string, string> {
  const [properties] = theFunction(template, functionName);
  const variables = Object.entries(properties.Environment.Variables);
  return Object.fromEntries(variables.map(([name, value]) => [name, readable(template, value)]));
}

/** How the function consumes each of its queues. */
export function mappingsOf(template: Template, functionName: string) {
  const functions = template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: functionName } });
  const [functionId] = Object.keys(functions);
  return Object.values(template.findResources('AWS::Lambda::EventSourceMapping'))
    .map((mapping) => mapping['Properties'])
    .filter((mapping) => mapping.FunctionName.Ref === functionId)
    .map(({ FunctionName: _, Tags: _tags, EventSourceArn: arn, ...settings }) => ({
      queue: readable(template, arn),
      ...settings,
    }));
}

/** A `Ref`, `Fn::GetAtt` or `Fn::Join` as text: `Ref` and `Arn` of a named resource both read as its name. */
export function readable(template: Template, value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Intrinsic;
  if (join !== undefined) {
    return join[1].map((part) => readable(template, part)).join(join[0]);
  }
  const id = ref ?? attribute?.[0] ?? '';
  const properties = template.toJSON()['Resources'][id]?.Properties ?? {};
  const names = NAME_PROPERTIES.map((property) => properties[property]);
  return names.find((name) => typeof name === 'string') ?? `<${id}>`;
}

interface Intrinsic {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
}

function theFunction(template: Template, functionName: string) {
  const { Properties: properties } = theResource(template, 'AWS::Lambda::Function', { FunctionName: functionName });
  return [properties, properties.Role['Fn::GetAtt'][0]] as const;
}

function isFor(roles: readonly Intrinsic[], roleId: string): boolean {
  return roles.some((role) => role.Ref === roleId);
}
