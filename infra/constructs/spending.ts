/**
 * What the stage costs, separated and watched: a tag on everything that takes one, and AWS's own monthly budget over it. The
 * tag counts once it is activated for the account's bills, by hand and in the payer's account.
 */
import { Aws, Stack, Tags } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { mailboxOf, type Stage } from '../stages.ts';

/** Billing shows it beside `user:`, its own prefix. */
export const COST_TAG = 'thalian-webhooks-stage';

const WARN_AT_PERCENT = [80, 100];

export class Spending extends Construct {
  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    Tags.of(Stack.of(this)).add(COST_TAG, stage.name);
    const mailbox = mailboxOf(stage);
    if (stage.monthlyBudgetDollars === false || mailbox === undefined) {
      return;
    }
    new CfnBudget(this, 'Budget', {
      budget: {
        // Of the account, so the region is in it.
        budgetName: `${physicalName(stage.name, 'costs')}-${Aws.REGION}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: stage.monthlyBudgetDollars, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:${COST_TAG}$${stage.name}`] },
      },
      notificationsWithSubscribers: WARN_AT_PERCENT.map((threshold) => ({
        notification: {
          notificationType: 'ACTUAL',
          comparisonOperator: 'GREATER_THAN',
          threshold,
          thresholdType: 'PERCENTAGE',
        },
        subscribers: [{ subscriptionType: 'EMAIL', address: mailbox }],
      })),
    });
  }
}
