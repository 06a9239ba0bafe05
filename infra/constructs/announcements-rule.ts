/** Brings the service's own events back to `dispatch`, which tells tenants about webhooks in trouble. */
import { type IEventBus, type IRule, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ANNOUNCEMENT_PATTERN } from '../../shared/topology/announcements-source.ts';
import { ANNOUNCED_MEMBER, FINDING_GROUP_PATH } from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import type { Queues } from './queues.ts';
import { WrappedEvent } from './wrapped-event.ts';

export interface AnnouncementsRuleProps {
  readonly stage: Stage;
  readonly bus: IEventBus;
  readonly queues: Queues;
}

export class AnnouncementsRule extends Construct {
  readonly rule: IRule;

  constructor(scope: Construct, id: string, { stage, bus, queues }: AnnouncementsRuleProps) {
    super(scope, id);
    this.rule = new Rule(this, 'Rule', {
      ruleName: physicalName(stage.name, 'announcements'),
      eventBus: bus,
      eventPattern: ANNOUNCEMENT_PATTERN,
      targets: [
        new SqsQueue(queues.named('findings'), {
          message: new WrappedEvent(ANNOUNCED_MEMBER),
          // A thousand failures of one tenant wait behind the findings of the others.
          messageGroupId: FINDING_GROUP_PATH,
          // Never the findings DLQ: what is moved from there is taken for a finding.
          deadLetterQueue: queues.named('set-aside-events'),
        }),
      ],
    });
  }
}
