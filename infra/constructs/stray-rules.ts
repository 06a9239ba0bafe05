/**
 * Catches what is on the bus and is no finding: an event of the publishers under another name, and on the stage's own bus
 * an event of any source that has no business there. `dispatch` sets them aside with a reason.
 */
import { type EventPattern, type IEventBus, type IRule, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import {
  EXPECTED_SOURCES,
  FINDING_DETAIL_TYPE,
  FINDING_SOURCE,
  LIFECYCLE_DETAIL_TYPES,
  STRAY_GROUP,
  STRAY_MEMBER,
} from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import type { Queues } from './queues.ts';
import { WrappedEvent } from './wrapped-event.ts';

export interface StrayRulesProps {
  readonly stage: Stage;
  readonly bus: IEventBus;
  readonly queues: Queues;
}

export class StrayRules extends Construct {
  readonly rules: readonly IRule[];

  constructor(scope: Construct, id: string, { stage, bus, queues }: StrayRulesProps) {
    super(scope, id);
    const target = new SqsQueue(queues.named('findings'), {
      message: new WrappedEvent(STRAY_MEMBER),
      messageGroupId: STRAY_GROUP,
      // Never the findings DLQ: what is moved from there is taken for a finding.
      deadLetterQueue: queues.named('set-aside-events'),
    });
    const createRule = (ruleId: string, name: string, eventPattern: EventPattern) =>
      new Rule(this, ruleId, {
        ruleName: physicalName(stage.name, name),
        eventBus: bus,
        eventPattern,
        targets: [target],
      });
    const types = createRule('Types', 'stray-types', {
      source: [FINDING_SOURCE],
      detailType: Match.anythingBut(FINDING_DETAIL_TYPE, ...LIFECYCLE_DETAIL_TYPES),
    });
    // On a bus of another owner, events of other sources are that owner's.
    const sources =
      stage.findingsBus.kind === 'own'
        ? [createRule('Sources', 'stray-sources', { source: Match.anythingBut(...EXPECTED_SOURCES) })]
        : [];
    this.rules = [types, ...sources];
  }
}
