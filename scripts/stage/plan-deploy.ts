/**
 * What a deploy says about protection, given the stack that is there. A first deploy has none, so that one that fails can be
 * repeated; a later one takes none away.
 */
import type { Stack } from '@aws-sdk/client-cloudformation';
import { PROTECTION } from '../../shared/topology/protection.ts';
import { wasNeverDeployed } from './deployed-stack.ts';

export interface DeployPlan {
  /** For the parameter `Protection`; undefined: CloudFormation keeps the value it has. */
  readonly parameter: 'on' | 'off' | undefined;
  /** Of the stack itself. The CDK sets it at every deploy, to what the synthesis said. */
  readonly terminationProtection: boolean;
}

/** Throws, with the way out, if the deploy could not succeed. */
export function planDeploy(stack: Stack | undefined): DeployPlan {
  if (stack === undefined || wasNeverDeployed(stack)) {
    if (stack?.EnableTerminationProtection) {
      throw new Error(
        `${stack.StackName} is what is left of a first deploy that failed (${stack.StackStatus}), under termination protection: it can neither be deleted nor deployed over. See "A first deploy that failed" in docs/deploying.md.`,
      );
    }
    return { parameter: PROTECTION.off, terminationProtection: false };
  }
  const isKnown = stack.Parameters?.some(({ ParameterKey: key }) => key === PROTECTION.parameter) ?? false;
  return {
    // 0.1.0 had no parameter, and protection always.
    parameter: isKnown ? undefined : PROTECTION.on,
    terminationProtection: stack.EnableTerminationProtection ?? false,
  };
}
