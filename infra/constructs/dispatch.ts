/** The `dispatch` Lambda: drains the findings queue into the delivery and the retry queue. */
import { Construct } from 'constructs';
import type { DispatchEnvironment } from '../../functions/dispatch/env.ts';
import { EVENTS_ENDING } from '../../shared/topology/tables.ts';
import type { Stage } from '../stages.ts';
import { NodeLambda } from './node-lambda.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';

export interface DispatchProps {
  readonly stage: Stage;
  readonly tables: Tables;
  readonly queues: Queues;
  /** Absent where the stage has no console. */
  readonly consoleUrl: string | undefined;
}

export class Dispatch extends Construct {
  readonly lambda: NodeLambda;

  constructor(scope: Construct, id: string, { stage, tables, queues, consoleUrl }: DispatchProps) {
    super(scope, id);
    const deliveryQueue = queues.named('delivery');
    const retryQueue = queues.named('retry');
    const findingsDlq = queues.named('findings-dlq');
    const setAsideEvents = queues.named('set-aside-events');

    const environment = {
      CONFIG_TABLE_NAME: tables.config.tableName,
      DELIVERY_LOG_NAME: tables.deliveryLog.tableName,
      FINDINGS_QUEUE_URL: queues.named('findings').queueUrl,
      DELIVERY_QUEUE_URL: deliveryQueue.queueUrl,
      RETRY_QUEUE_URL: retryQueue.queueUrl,
      FINDINGS_DLQ_URL: findingsDlq.queueUrl,
      SET_ASIDE_EVENTS_URL: setAsideEvents.queueUrl,
      ...(consoleUrl !== undefined && { CONSOLE_URL: consoleUrl }),
    } satisfies DispatchEnvironment;
    const byAlias = stage.gradualRelease;
    const dispatch = new NodeLambda(this, 'Lambda', { stage, folder: 'dispatch', environment, byAlias });
    this.lambda = dispatch;

    dispatch.consume(queues, 'findings');
    dispatch.allow(['dynamodb:Query'], [tables.config.tableArn]);
    // The mark of the latest notice about a webhook, and the delivery that failed.
    dispatch.allow(['dynamodb:GetItem'], [tables.config.tableArn, tables.deliveryLog.tableArn]);
    // Events for receivers to read alone: no delivery's row can be written.
    dispatch.allowItemsEndingIn(['dynamodb:BatchWriteItem'], tables.deliveryLog, EVENTS_ENDING);
    // Notices for tenants alone: no attribute of a webhook can be written.
    const noted = ['pk', 'sk', 'findings', 'latestAt', 'notice', 'expiresAt'];
    dispatch.allowAttributes(['dynamodb:UpdateItem'], tables.config, noted);
    dispatch.allow(
      ['sqs:SendMessage'],
      [deliveryQueue.queueArn, retryQueue.queueArn, findingsDlq.queueArn, setAsideEvents.queueArn],
    );
  }
}
