/** A stage's stack as CloudFormation knows it. */
import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { stackName } from '../../shared/topology/physical-names.ts';

/** Undefined if there is none. */
export async function findStack(client: CloudFormationClient, stageName: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName(stageName) }));
    return Stacks?.[0];
  } catch (error) {
    // It has no error of its own for that (API reference, DescribeStacks).
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) {
      return undefined;
    }
    // The SDK's whole message, of a plain error; this is the first call of every command that means a stage.
    if (error instanceof Error && error.message === 'Region is missing') {
      throw new Error('No region is chosen: set AWS_REGION, or AWS_PROFILE to a profile that has a region.');
    }
    throw error;
  }
}

export function outputOf({ Outputs: outputs = [] }: Stack, name: string): string | undefined {
  return outputs.find(({ OutputKey: key }) => key === name)?.OutputValue;
}

/** A stack in one of these has nothing in it that was ever used: the CDK deletes it and begins again. */
const NEVER_DEPLOYED = ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'];

export function wasNeverDeployed({ StackStatus: status }: Stack): boolean {
  return NEVER_DEPLOYED.some((one) => one === status);
}
