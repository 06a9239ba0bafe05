/**
 * The `canary` Lambda: by the clock it puts a finding of an internal tenant on the bus, and at its own public address it
 * receives the delivery. Its role reaches that tenant's items and secrets alone, because anyone can call the address.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { type IEventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { CanaryEnvironment } from '../../functions/canary/env.ts';
import { CANARY } from '../../shared/topology/canary.ts';
import { FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import { physicalName, secretPrefix } from '../../shared/topology/physical-names.ts';
import { CANARY_EVERY_MINUTES } from '../../shared/topology/schedules.ts';
import type { Stage } from '../stages.ts';
import { NodeLambda } from './node-lambda.ts';
import type { Tables } from './tables.ts';

export interface CanaryProps {
  readonly stage: Stage;
  readonly tables: Tables;
  readonly bus: IEventBus;
  /** Absent where the stage has no console. */
  readonly consoleUrl: string | undefined;
}

export class Canary extends Construct {
  readonly lambda: IFunction;

  constructor(scope: Construct, id: string, { stage, tables, bus, consoleUrl }: CanaryProps) {
    super(scope, id);
    refuseOtherPublishers(stage);
    const environment = {
      CONFIG_TABLE_NAME: tables.config.tableName,
      SECRET_PREFIX: secretPrefix(stage.name),
      EVENT_BUS_NAME: bus.eventBusName,
    } satisfies CanaryEnvironment;
    const canary = new NodeLambda(this, 'Lambda', { stage, folder: 'canary', environment });
    this.lambda = canary.function;

    canary.allowItemsOf(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      tables.config,
      `TENANT#${CANARY.tenantId}`,
    );
    canary.allowFindings(bus, FINDING_SOURCE);
    // Whole but for the six characters that Secrets Manager adds.
    canary.allowSecret(
      ['secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      `${secretPrefix(stage.name)}${CANARY.tenantId}/${CANARY.webhookId}`,
    );

    const { url } = canary.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    const schedule = new Rule(this, 'Schedule', {
      ruleName: physicalName(stage.name, 'canary'),
      schedule: Schedule.rate(Duration.minutes(CANARY_EVERY_MINUTES)),
      targets: [
        new LambdaFunction(canary.function, {
          event: RuleTargetInput.fromObject({ receiverUrl: url, ...(consoleUrl && { consoleUrl }) }),
          retryAttempts: 0,
        }),
      ],
    });
    Validations.of(schedule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason:
        'A tick of the clock says nothing worth keeping: the next one is minutes away, and silence rings an alarm.',
    });
  }
}

/** The bus lets named publishers in alone, and the canary is a principal of this account. */
function refuseOtherPublishers({ name, findingsBus }: Stage): void {
  if (findingsBus.kind === 'own' && !findingsBus.publishers.includes('this-account')) {
    throw new Error(
      `Stage ${name}: its canary publishes findings, so name 'this-account' among its publishers, or set canary: false.`,
    );
  }
}
