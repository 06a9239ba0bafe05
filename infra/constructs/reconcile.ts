/** The `reconcile` Lambda: runs by the clock, finds broken chains by the due index and sends what is missing. */
import { Duration, Validations } from 'aws-cdk-lib';
import { type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ReconcileEnvironment } from '../../functions/reconcile/env.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { MANIFEST_PERIOD_SECONDS, RECONCILE_EVERY_MINUTES } from '../../shared/topology/schedules.ts';
import { DUE_INDEX, EVENTS_ENDING, MANIFESTS_ENDING } from '../../shared/topology/tables.ts';
import type { Stage } from '../stages.ts';
import { NodeLambda } from './node-lambda.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';

export interface ReconcileProps {
  readonly stage: Stage;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly bus: IEventBus;
}

export class Reconcile extends Construct {
  readonly lambda: NodeLambda;

  constructor(scope: Construct, id: string, { stage, tables, queues, bus }: ReconcileProps) {
    super(scope, id);
    const retryQueue = queues.named('retry');
    const exhaustedDeliveries = queues.named('exhausted-deliveries');

    const environment = {
      CONFIG_TABLE_NAME: tables.config.tableName,
      DELIVERY_LOG_NAME: tables.deliveryLog.tableName,
      RETRY_QUEUE_URL: retryQueue.queueUrl,
      EXHAUSTED_DELIVERIES_URL: exhaustedDeliveries.queueUrl,
      EVENT_BUS_NAME: bus.eventBusName,
      MANIFEST_PERIOD_SECONDS: String(MANIFEST_PERIOD_SECONDS),
    } satisfies ReconcileEnvironment;
    const byAlias = stage.gradualRelease;
    const reconcile = new NodeLambda(this, 'Lambda', { stage, folder: 'reconcile', environment, byAlias });
    this.lambda = reconcile;

    reconcile.allow(['dynamodb:Query'], [`${tables.deliveryLog.tableArn}/index/${DUE_INDEX.indexName}`]);
    reconcile.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [tables.deliveryLog.tableArn]);
    // The webhooks that chose manifests, what was listed for them, and when the next manifest is made.
    reconcile.allow(['dynamodb:GetItem'], [tables.config.tableArn]);
    reconcile.allowItemsEndingIn(['dynamodb:Query'], tables.deliveryLog, EVENTS_ENDING);
    reconcile.allowItemsEndingIn(['dynamodb:DeleteItem'], tables.deliveryLog, MANIFESTS_ENDING);
    reconcile.allow(['sqs:SendMessage'], [retryQueue.queueArn, exhaustedDeliveries.queueArn]);
    reconcile.allowAnnouncements(bus);

    const schedule = new Rule(this, 'Schedule', {
      ruleName: physicalName(stage.name, 'reconcile'),
      schedule: Schedule.rate(Duration.minutes(RECONCILE_EVERY_MINUTES)),
      // A run that failed is not repeated: the next one is minutes away and finds the same rows.
      targets: [new LambdaFunction(reconcile.invoked, { retryAttempts: 0 })],
    });
    Validations.of(schedule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason:
        'A tick of the clock says nothing worth keeping: the next one finds the same rows; silence rings an alarm.',
    });
  }
}
