/** What a rule hands to its target when an event is to come as the only member of an object. */
import { RuleTargetInput } from 'aws-cdk-lib/aws-events';

/** EventBridge's own words for the whole event (EventBridge guide, "Predefined variables"). */
const WHOLE_EVENT = '<aws.events.event.json>';

export class WrappedEvent extends RuleTargetInput {
  private readonly member: string;

  constructor(member: string) {
    super();
    this.member = member;
  }

  override bind() {
    return { inputTemplate: `{"${this.member}":${WHOLE_EVENT}}` };
  }
}
