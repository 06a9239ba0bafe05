/** What keeps a stage from being deleted by one call, as the account has it. */
import type { Stack } from '@aws-sdk/client-cloudformation';
import { DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { PROTECTION } from '../../shared/topology/protection.ts';
import type { Account } from './account.ts';
import { outputOf } from './deployed-stack.ts';

export interface Protection {
  /** The template knows no protection: data goes with the stack, or the version is 0.1.0. */
  readonly isKnown: boolean;
  readonly isAskedFor: boolean;
  /** What is without it, in words. */
  readonly missing: readonly string[];
}

export async function readProtection({ cognito, dynamo }: Account, stack: Stack): Promise<Protection> {
  const parameter = stack.Parameters?.find(({ ParameterKey: key }) => key === PROTECTION.parameter);
  const missing = stack.EnableTerminationProtection ? [] : ['the stack (termination protection)'];
  for (const output of ['ConfigTableName', 'DeliveryLogName']) {
    const TableName = outputOf(stack, output);
    const { Table: table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    if (!table?.DeletionProtectionEnabled) {
      missing.push(`table ${TableName}`);
    }
  }
  const UserPoolId = outputOf(stack, 'UserPoolId');
  if (UserPoolId !== undefined) {
    const { UserPool: pool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
    if (pool?.DeletionProtection !== 'ACTIVE') {
      missing.push(`user pool ${UserPoolId}`);
    }
  }
  return { isKnown: parameter !== undefined, isAskedFor: parameter?.ParameterValue === PROTECTION.on, missing };
}
