/**
 * What a `keep` stage does for its data: it outlives the stack, and cannot be deleted by one call once `npm run protect` has
 * said so. Not from the first deploy on: one that fails has to clean up after itself, or none after it succeeds
 * (docs/adr/0024-protected-once-deployed.md).
 */
import { Aws, CfnCondition, CfnParameter, type CfnResource, Fn, RemovalPolicy } from 'aws-cdk-lib';
import type { LogGroupProps } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PROTECTION } from '../../shared/topology/protection.ts';
import type { Stage } from '../stages.ts';

export interface KeptDataProps {
  readonly stage: Stage;
}

export class KeptData extends Construct {
  /** Of whatever holds data. */
  readonly removalPolicy: RemovalPolicy;
  private readonly isProtected: CfnCondition | undefined;

  constructor(scope: Construct, id: string, { stage }: KeptDataProps) {
    super(scope, id);
    this.removalPolicy = removalPolicyOf(stage);
    if (stage.dataOnDelete === 'destroy') {
      return;
    }
    // No default: on would break a first deploy's clean-up, off would take the protection from a stage that has it.
    const parameter = new CfnParameter(this, 'Parameter', {
      allowedValues: [PROTECTION.on, PROTECTION.off],
      description:
        'Whether tables and accounts are protected from deletion. `npm run deploy` and `npm run protect` set it.',
    });
    parameter.overrideLogicalId(PROTECTION.parameter);
    this.isProtected = new CfnCondition(this, 'IsProtected', {
      expression: Fn.conditionEquals(parameter.valueAsString, PROTECTION.on),
    });
  }

  /** Sets `property` where the stage is protected; elsewhere the resource comes without it. */
  protect(resource: CfnResource, property: string, value: unknown): void {
    if (this.isProtected !== undefined) {
      resource.addPropertyOverride(property, Fn.conditionIf(this.isProtected.logicalId, value, Aws.NO_VALUE));
    }
  }
}

/** How long a log is kept, and whether it outlives the stack: who asked for what, and what was sent, is data too. */
export function logsOf(stage: Stage): Pick<LogGroupProps, 'retention' | 'removalPolicy'> {
  return { retention: stage.logRetention, removalPolicy: removalPolicyOf(stage) };
}

function removalPolicyOf({ dataOnDelete }: Stage): RemovalPolicy {
  return dataOnDelete === 'keep' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
