/** Brings findings from the bus to the findings queue; what EventBridge cannot put there ends in that queue's DLQ. */
import { type EventPattern, type IEventBus, type IRule, Rule, type RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import {
  FINDING_GROUP_PATH,
  FINDING_PATTERN,
  LIFECYCLE_MEMBER,
  LIFECYCLE_PATTERN,
} from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import type { Queues } from './queues.ts';
import { WrappedEvent } from './wrapped-event.ts';

export interface FindingsRuleProps {
  readonly stage: Stage;
  readonly bus: IEventBus;
  readonly queues: Queues;
}

export class FindingsRule extends Construct {
  readonly rule: IRule;
  /** Of the later events, which come wrapped: no version of `dispatch` takes a resolution for a detection. */
  readonly lifecycle: IRule;

  constructor(scope: Construct, id: string, { stage, bus, queues }: FindingsRuleProps) {
    super(scope, id);
    const createRule = (ruleId: string, name: string, eventPattern: EventPattern, message?: RuleTargetInput) =>
      new Rule(this, ruleId, {
        ruleName: physicalName(stage.name, name),
        eventBus: bus,
        eventPattern,
        targets: [
          new SqsQueue(queues.named('findings'), {
            ...(message && { message }),
            // A tenant's burst then waits behind the findings of the others.
            messageGroupId: FINDING_GROUP_PATH,
            // After 24 h of retries EventBridge drops an event for good unless its target has a DLQ.
            deadLetterQueue: queues.named('findings-dlq'),
          }),
        ],
      });
    this.rule = createRule('Rule', 'findings', FINDING_PATTERN);
    this.lifecycle = createRule(
      'Lifecycle',
      'finding-lifecycle',
      LIFECYCLE_PATTERN,
      new WrappedEvent(LIFECYCLE_MEMBER),
    );
  }
}
