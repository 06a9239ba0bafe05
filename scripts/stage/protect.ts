/** Turns on what keeps a stage from being deleted by one call. */
import {
  type CloudFormationClient,
  type Stack,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { PROTECTION } from '../../shared/topology/protection.ts';
import type { Account } from './account.ts';
import { findStack, wasNeverDeployed } from './deployed-stack.ts';
import { readProtection } from './protection.ts';

/** An update of three properties takes a minute. */
const MAX_WAIT_SECONDS = 15 * 60;

/** Answers what was without it. Throws, in words for the operator, if it cannot be turned on. */
export async function protect(
  account: Account,
  stageName: string,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const stack = await theStack(account, stageName);
  if (wasNeverDeployed(stack) || !stack.StackStatus?.endsWith('_COMPLETE')) {
    throw new Error(`The stack of ${stageName} is ${stack.StackStatus}: protect it once a deploy has succeeded.`);
  }
  const { isKnown, isAskedFor, missing } = await readProtection(account, stack);
  if (!isKnown) {
    throw new Error(
      `The stack of ${stageName} has no parameter ${PROTECTION.parameter}: its data goes with it (dataOnDelete), or it was deployed by version 0.1.0. Deploy this version first.`,
    );
  }
  const { StackName } = stack;
  await account.cloudFormation.send(
    new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }),
  );
  if (!isAskedFor) {
    say(`  CloudFormation updates ${StackName}`);
    await update(account.cloudFormation, stack);
  }
  const after = await readProtection(account, await theStack(account, stageName));
  if (after.missing.length > 0) {
    throw new Error(
      `Still not protected: ${after.missing.join(', ')}. The template says that it is, so it was turned off by hand: turn it on by hand, as docs/deploying.md says.`,
    );
  }
  return missing;
}

/** With what is deployed, to the letter, and one parameter changed: no checkout comes into it. */
async function update(client: CloudFormationClient, { StackName, Parameters = [] }: Stack): Promise<void> {
  const others = Parameters.filter(({ ParameterKey: key }) => key !== PROTECTION.parameter);
  await client.send(
    new UpdateStackCommand({
      StackName,
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: PROTECTION.parameter, ParameterValue: PROTECTION.on },
        ...others.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true })),
      ],
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
    }),
  );
  await waitUntilStackUpdateComplete({ client, maxWaitTime: MAX_WAIT_SECONDS }, { StackName });
}

async function theStack({ cloudFormation }: Account, stageName: string): Promise<Stack> {
  const stack = await findStack(cloudFormation, stageName);
  if (stack === undefined) {
    throw new Error(`There is no stack of ${stageName} in this account and region.`);
  }
  return stack;
}
