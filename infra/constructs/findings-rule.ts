/** Brings findings from the bus to the findings queue; what EventBridge cannot put there ends in that queue's DLQ. */
import { type IEventBus, type IRule, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { FINDING_GROUP_PATH, FINDING_PATTERN } from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import type { Queues } from './queues.ts';

export interface FindingsRuleProps {
  readonly stage: Stage;
  readonly bus: IEventBus;
  readonly queues: Queues;
}

export class FindingsRule extends Construct {
  readonly rule: IRule;

  constructor(scope: Construct, id: string, { stage, bus, queues }: FindingsRuleProps) {
    super(scope, id);
    this.rule = new Rule(this, 'Rule', {
      ruleName: physicalName(stage.name, 'findings'),
      eventBus: bus,
      eventPattern: FINDING_PATTERN,
      targets: [
        new SqsQueue(queues.named('findings'), {
          // A tenant's burst then waits behind the findings of the others.
          messageGroupId: FINDING_GROUP_PATH,
          // After 24 h of retries EventBridge drops an event for good unless its target has a DLQ.
          deadLetterQueue: queues.named('findings-dlq'),
        }),
      ],
    });
  }
}
