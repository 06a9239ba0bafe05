/** CloudFormation is a model here, of what its documentation says: no account was at hand. */
import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { WebhookStack } from '../../infra/webhook-stack.ts';
import { PROTECTION } from '../../shared/topology/protection.ts';
import { aProductionStage, NAME_PROPERTIES, synthesise } from './synthesise.ts';
import { withApp } from './with-app.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
}

type Resources = Readonly<Record<string, Resource>>;

/** Of the tables and the user pool. */
const PROTECTIVE = ['DeletionProtectionEnabled', 'DeletionProtection'];

describe('a stage that keeps its data', () => {
  const template = synthesise().toJSON();
  const off = withParameter(template, PROTECTION.off);
  const on = withParameter(template, PROTECTION.on);

  it('comes without protection from deletion by its first deploy', () => {
    expect(template['Parameters'][PROTECTION.parameter].Default).toBeUndefined();
    expect(protectedIn(off)).toEqual([]);
    expect(terminationProtection(false)).toBe(false);
  });

  it('has, once protected, the protection that 0.1.0 had', () => {
    expect(protectedIn(on)).toEqual([
      'IdentityUserPool96FE3B9B DeletionProtection ACTIVE',
      'TablesConfig8DAB628F DeletionProtectionEnabled true',
      'TablesDeliveryLog8BFE9A79 DeletionProtectionEnabled true',
    ]);
    expect(terminationProtection(undefined)).toBe(true);
  });

  it('can be deployed again after a first deploy that failed, wherever it failed', () => {
    const ids = Object.keys(off);
    for (const failing of ids) {
      const account = new ModelAccount();
      account.create(off, failing);
      expect(account.create(off), `after ${failing} failed`).toEqual({ kind: 'created' });
    }
  });

  it.each([
    ['is protected from the first deploy on', on],
    ['retains what a failed creation made', mapped(off, (resource) => ({ ...resource, ...retained(resource) }))],
  ])('could not if it %s: the model notices', (_what, resources) => {
    const account = new ModelAccount();
    account.create(resources, Object.keys(resources).at(-1));
    expect(account.create(resources).kind).toBe('failed');
  });
});

it('has nothing to protect in a stage whose data is disposable', () => {
  const template = synthesise(createStages({}).staging).toJSON();
  expect(template['Parameters']?.[PROTECTION.parameter]).toBeUndefined();
  expect(protectedIn(template['Resources'])).toEqual([]);
});

function terminationProtection(asked: boolean | undefined): boolean | undefined {
  return withApp(
    (app) =>
      new WebhookStack(app, 'X', { stage: aProductionStage(), terminationProtection: asked }).terminationProtection,
  );
}

/** The resources as CloudFormation reads them once the parameter has this value. */
function withParameter(template: Record<string, unknown>, value: string): Resources {
  const [id] = Object.keys(template['Conditions'] as object);
  const resolved = JSON.stringify(template['Resources'], (_key, part) => {
    const [condition, then, otherwise] = part?.['Fn::If'] ?? [];
    if (condition === undefined) {
      return part;
    }
    expect(condition).toBe(id);
    const chosen = value === PROTECTION.on ? then : otherwise;
    return chosen?.Ref === 'AWS::NoValue' ? undefined : chosen;
  });
  return JSON.parse(resolved);
}

function protectedIn(resources: Resources): readonly string[] {
  return Object.entries(resources)
    .flatMap(([id, { Properties: properties = {} }]) =>
      PROTECTIVE.filter((name) => properties[name] !== undefined).map((name) => `${id} ${name} ${properties[name]}`),
    )
    .sort();
}

function mapped(resources: Resources, change: (resource: Resource) => Resource): Resources {
  return Object.fromEntries(Object.entries(resources).map(([id, resource]) => [id, change(resource)]));
}

function retained({ DeletionPolicy: policy }: Resource): Pick<Resource, 'DeletionPolicy'> {
  return policy === 'RetainExceptOnCreate' ? { DeletionPolicy: 'Retain' } : {};
}

/** An account in which one stack is created, as often as it takes. */
class ModelAccount {
  /** What is there, by name, of any origin. */
  private readonly names = new Set<string>();
  private leftover = false;

  create(resources: Resources, failing?: string | undefined) {
    if (this.leftover) {
      return { kind: 'failed', why: 'the stack that failed cannot be deleted' } as const;
    }
    const made: [string, Resource][] = [];
    for (const [id, resource] of Object.entries(resources)) {
      const name = nameOf(id, resource);
      if (id === failing || this.names.has(name)) {
        this.rollBack(made);
        return { kind: 'failed', why: id === failing ? 'as asked' : `${name} is taken` } as const;
      }
      this.names.add(name);
      made.push([id, resource]);
    }
    return { kind: 'created' } as const;
  }

  private rollBack(made: readonly [string, Resource][]): void {
    for (const [id, resource] of made) {
      if (resource.DeletionPolicy === 'Retain') {
        continue;
      }
      if (PROTECTIVE.some((property) => resource.Properties?.[property] !== undefined)) {
        // ROLLBACK_FAILED.
        this.leftover = true;
        continue;
      }
      this.names.delete(nameOf(id, resource));
    }
  }
}

/** A generated name is another one every time. */
function nameOf(id: string, { Type, Properties = {} }: Resource): string {
  const chosen = NAME_PROPERTIES.map((property) => Properties[property]).find((name) => typeof name === 'string');
  return `${Type} ${chosen ?? `${id} ${Math.random()}`}`;
}
