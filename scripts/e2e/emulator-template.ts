/**
 * Makes a synthesised template fit for the emulator: takes out what its CloudFormation does not know and would refuse the
 * whole template for, and puts roles as its checks of permissions understand them. The stack itself is never bent.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * Of MiniStack 1.5.33. Operations only: who may use the stack and what people look at. Nothing that a finding passes
 * through belongs here, and `leaveOut` refuses whatever another resource refers to.
 */
const NOT_EMULATED: ReadonlySet<string> = new Set([
  // Who may publish. Asserted by the tests of infra/constructs/findings-bus.ts.
  'AWS::Events::EventBusPolicy',
  // Out of which an operator replays. Asserted by those of infra/constructs/findings-archive.ts.
  'AWS::Events::Archive',
  // Asserted by those of infra/constructs/saved-queries.ts.
  'AWS::Logs::QueryDefinition',
  // Asserted by those of infra/constructs/api.ts.
  'AWS::Logs::MetricFilter',
  // It knows dashboards; ours shows the alarms that it does not know. Asserted by those of infra/constructs/dashboard.ts.
  'AWS::CloudWatch::Dashboard',
]);

/** Alarms it knows, but not on metric math. Those are asserted by the tests of infra/constructs/alarms.ts. */
const mathSchema = z.looseObject({
  Type: z.literal('AWS::CloudWatch::Alarm'),
  Properties: z.looseObject({ Metrics: z.array(z.unknown()).min(1) }),
});

/**
 * The emulator runs functions under their role's policies, but asks for an action of its own where AWS asks for
 * `sqs:SendMessage` (SQS developer guide, API permissions: batches need the permission of the single action).
 */
const SINGLE_ACTION = 'sqs:SendMessage';
const BATCH_ACTION = 'sqs:SendMessageBatch';

/** Condition keys that the emulator has no value for: whatever they allow, it refuses. */
const UNKNOWN_KEYS: ReadonlySet<string> = new Set(['events:source', 'dynamodb:Attributes', 'dynamodb:ReturnValues']);

const statementSchema = z.looseObject({
  Action: z.union([z.string(), z.array(z.string())]),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).exactOptional(),
});
const policySchema = z.looseObject({
  Properties: z.looseObject({ PolicyDocument: z.looseObject({ Statement: z.array(statementSchema) }) }),
});
const resourceSchema = z.looseObject({
  Type: z.string(),
  DependsOn: z.union([z.string(), z.array(z.string())]).exactOptional(),
});
const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });

type Template = z.output<typeof templateSchema>;
type Resource = z.output<typeof resourceSchema>;

export interface Remainder {
  readonly template: Template;
  /** `type logicalId` of each. */
  readonly leftOut: readonly string[];
}

/** Rewrites the template in an assembly's folder; answers what it changed, one line each. */
export function fitAssembly(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new Error(`Expected one template in the assembly, found ${names.length}.`);
  }
  const file = join(folder, name);
  const whole = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { template, leftOut } = leaveOut(whole, isNotEmulated);
  writeFileSync(file, JSON.stringify(fitRoles(template), undefined, 1));
  return [
    ...leftOut.map((resource) => `left out, the emulator does not know it: ${resource}`),
    `in roles, written beside ${SINGLE_ACTION}, which is enough for AWS: ${BATCH_ACTION}`,
    `in roles, not asked for, the emulator does not know it: condition on ${[...UNKNOWN_KEYS].join(', ')}`,
  ];
}

export function isNotEmulated(resource: Resource): boolean {
  return NOT_EMULATED.has(resource.Type) || mathSchema.safeParse(resource).success;
}

/** Throws if something that stays refers to something that goes: it would be wiring. */
export function leaveOut(template: Template, isToGo: (resource: Resource) => boolean): Remainder {
  const goes = ([, resource]: readonly [string, Resource]) => isToGo(resource);
  const resources = Object.entries(template.Resources);
  const ids = new Set(resources.filter(goes).map(([id]) => id));
  const staying = resources.filter((entry) => !goes(entry)).map(([id, rest]) => [id, withoutOrder(rest, ids)] as const);
  const remainder = { ...template, Resources: Object.fromEntries(staying) };
  const needed = referencesIn(remainder).find((id) => ids.has(id));
  if (needed !== undefined) {
    throw new Error(`${needed} cannot be left out: the rest of the stack refers to it.`);
  }
  return { template: remainder, leftOut: resources.filter(goes).map(([id, { Type: type }]) => `${type} ${id}`) };
}

export function fitRoles(template: Template): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) => [
    id,
    resource.Type === 'AWS::IAM::Policy' ? { ...resource, ...fitPolicy(resource) } : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}

function fitPolicy(resource: Resource) {
  const { Properties: properties } = policySchema.parse(resource);
  const { PolicyDocument: document } = properties;
  const statements = document.Statement.map(fitStatement);
  return { Properties: { ...properties, PolicyDocument: { ...document, Statement: statements } } };
}

function fitStatement({ Action: action, Condition: condition = {}, ...rest }: z.output<typeof statementSchema>) {
  const actions = [action].flat();
  const known = Object.entries(condition)
    .map(([operator, keys]) => [operator, Object.entries(keys).filter(([key]) => !UNKNOWN_KEYS.has(key))] as const)
    .filter(([, keys]) => keys.length > 0)
    .map(([operator, keys]) => [operator, Object.fromEntries(keys)]);
  return {
    ...rest,
    Action: actions.includes(SINGLE_ACTION) ? [...actions, BATCH_ACTION] : action,
    ...(known.length > 0 && { Condition: Object.fromEntries(known) }),
  };
}

/** `DependsOn` is order alone, not a use. */
function withoutOrder({ DependsOn: dependsOn = [], ...rest }: Resource, ids: ReadonlySet<string>): Resource {
  const staying = [dependsOn].flat().filter((id) => !ids.has(id));
  return { ...rest, ...(staying.length > 0 && { DependsOn: staying }) };
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    switch (key) {
      case 'Ref':
        return [String(inner)];
      case 'Fn::GetAtt':
        return [String(Array.isArray(inner) ? inner[0] : inner).split('.')[0] ?? ''];
      case 'Fn::Sub':
        return [...JSON.stringify(inner).matchAll(/\$\{([A-Za-z0-9]+)/g)].map(([, id]) => id ?? '');
      default:
        return referencesIn(inner);
    }
  });
}
