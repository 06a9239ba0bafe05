/** The `send` Lambda: drains both queues, each with its own concurrency, and reads the webhooks' secrets. */
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SendEnvironment } from '../../functions/send/env.ts';
import { ATTENTION_INDEX } from '../../shared/topology/tables.ts';
import type { Stage } from '../stages.ts';
import { NodeLambda } from './node-lambda.ts';
import type { Queues } from './queues.ts';
import { receiverRules } from './receiver-rules.ts';
import type { StaticEgress } from './static-egress.ts';
import type { Tables } from './tables.ts';

export interface SendProps {
  readonly stage: Stage;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly bus: IEventBus;
  /** Hosts that lead back into the service, comma-separated. */
  readonly ownHosts: string;
  readonly egress?: StaticEgress | undefined;
  readonly consoleUrl: string | undefined;
}

export class Send extends Construct {
  readonly lambda: NodeLambda;

  constructor(scope: Construct, id: string, { stage, tables, queues, bus, ownHosts, egress, consoleUrl }: SendProps) {
    super(scope, id);
    const deliveryQueue = queues.named('delivery');
    const retryQueue = queues.named('retry');
    const exhaustedDeliveries = queues.named('exhausted-deliveries');
    const poisonQueue = queues.named('poison');

    const environment = {
      CONFIG_TABLE_NAME: tables.config.tableName,
      DELIVERY_LOG_NAME: tables.deliveryLog.tableName,
      DELIVERY_QUEUE_URL: deliveryQueue.queueUrl,
      RETRY_QUEUE_URL: retryQueue.queueUrl,
      EXHAUSTED_DELIVERIES_URL: exhaustedDeliveries.queueUrl,
      POISON_QUEUE_URL: poisonQueue.queueUrl,
      EVENT_BUS_NAME: bus.eventBusName,
      RETRY_BASE_SECONDS: String(stage.retry.baseSeconds),
      RETRY_FACTOR: String(stage.retry.factor),
      ...(consoleUrl !== undefined && { CONSOLE_URL: consoleUrl }),
      ...receiverRules(stage, ownHosts),
    } satisfies SendEnvironment;
    const send = new NodeLambda(this, 'Lambda', {
      stage,
      folder: 'send',
      environment,
      // A retry is send → queue → send: after about 16 hops Lambda would take it for a runaway loop and stop it
      // silently. The delivery's attempt limit bounds it instead.
      recursiveLoop: RecursiveLoop.ALLOW,
      egress,
      byAlias: stage.gradualRelease,
    });
    this.lambda = send;

    send.consume(queues, 'delivery');
    send.consume(queues, 'retry');
    send.allow(['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [tables.config.tableArn]);
    send.allow(
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:BatchWriteItem'],
      [tables.deliveryLog.tableArn],
    );
    // The marks of revisions.
    send.allow(['dynamodb:UpdateItem'], [tables.deliveryLog.tableArn]);
    // The members of a digest.
    send.allow(['dynamodb:Query'], [`${tables.deliveryLog.tableArn}/index/${ATTENTION_INDEX.indexName}`]);
    // Into the delivery queue goes back what waits for its turn.
    const targets = [deliveryQueue, retryQueue, exhaustedDeliveries, poisonQueue];
    send.allow(
      ['sqs:SendMessage'],
      targets.map(({ queueArn }) => queueArn),
    );
    send.allowAnnouncements(bus);
    send.allowWebhookSecrets(['secretsmanager:GetSecretValue']);
  }
}
