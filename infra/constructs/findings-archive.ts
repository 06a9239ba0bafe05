/**
 * Keeps what was published on the stage's own bus, so that an operator can replay it. A replay reaches one rule alone, which
 * brings copies to a queue for the operator's command: nothing is delivered unless that command decides so.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { Archive, type CfnRule, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { FINDING_PATTERN, FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { DELIVERY_LOG_DAYS } from '../../shared/topology/tables.ts';
import type { OwnBus, Stage } from '../stages.ts';
import type { Queues } from './queues.ts';

export interface FindingsArchiveProps {
  readonly stage: Stage;
  readonly settings: OwnBus;
  readonly bus: IEventBus;
  readonly queues: Queues;
}

/** Evidence for cdk-nag. */
const WITHOUT_DLQ = {
  id: 'Serverless-EventBusDLQ',
  reason: 'It carries copies: what is lost here is in the archive still, and the replay can be repeated.',
};

export class FindingsArchive extends Construct {
  constructor(scope: Construct, id: string, { stage, settings: { archiveDays }, bus, queues }: FindingsArchiveProps) {
    super(scope, id);
    if (archiveDays < 1 || archiveDays > DELIVERY_LOG_DAYS) {
      throw new Error(`archiveDays is 1 to ${DELIVERY_LOG_DAYS}, as long as the delivery log, not ${archiveDays}.`);
    }
    new Archive(this, 'Archive', {
      archiveName: physicalName(stage.name, 'findings'),
      sourceEventBus: bus,
      // Misnamed ones too: they may have been findings.
      eventPattern: { source: [FINDING_SOURCE] },
      retention: Duration.days(archiveDays),
    });
    const rule = new Rule(this, 'Rule', {
      ruleName: physicalName(stage.name, 'replayed'),
      eventBus: bus,
      eventPattern: FINDING_PATTERN,
      targets: [new SqsQueue(queues.named('replayed'))],
    });
    Validations.of(rule).acknowledge(WITHOUT_DLQ);
    // The CDK has no word for the member that only replayed events have (EventBridge guide, "Replaying archived events").
    (rule.node.defaultChild as CfnRule).addPropertyOverride('EventPattern.replay-name', [{ exists: true }]);
  }
}
