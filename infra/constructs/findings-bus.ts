/** The bus that findings arrive on: ours, with a policy that keeps forgers out, or an imported one, as the stage says. */
import { Aws } from 'aws-cdk-lib';
import { EventBus, EventBusPolicy, type IEventBus } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  type Conditions,
  Effect,
  type IPrincipal,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { OwnBus, Publisher, Stage } from '../stages.ts';

export interface FindingsBusProps {
  readonly stage: Stage;
}

export class FindingsBus extends Construct {
  readonly bus: IEventBus;

  constructor(scope: Construct, id: string, { stage }: FindingsBusProps) {
    super(scope, id);
    this.bus =
      stage.findingsBus.kind === 'own'
        ? this.createBus(physicalName(stage.name, 'findings'), stage.findingsBus)
        : EventBus.fromEventBusName(this, 'Imported', stage.findingsBus.busName);
  }

  private createBus(eventBusName: string, { publishers }: OwnBus): IEventBus {
    // The class is its own interface in all but exactOptionalPropertyTypes: it spells two properties differently.
    const bus = new EventBus(this, 'Bus', { eventBusName }) as IEventBus;
    const identities = publishers.map(identityOf);
    const shut = this.addStatement(bus, 'OthersMayNotPutFindings', {
      // An allow alone would not stop a role of this account that its own policy lets put events anywhere.
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      conditions: { 'ForAnyValue:StringEquals': { 'events:source': FINDING_SOURCE }, ...isNoneOf(identities) },
    });
    const open = this.addStatement(bus, 'PublishersMayPutFindings', {
      effect: Effect.ALLOW,
      principals: identities.map(({ principal }) => principal),
      conditions: { 'ForAllValues:StringEquals': { 'events:source': FINDING_SOURCE } },
    });
    // One after the other: both write the same policy document.
    open.node.addDependency(shut);
    return bus;
  }

  private addStatement(bus: IEventBus, sid: string, statement: BusStatement): EventBusPolicy {
    const document = new PolicyStatement({
      sid,
      actions: ['events:PutEvents'],
      resources: [bus.eventBusArn],
      ...statement,
    });
    return new EventBusPolicy(this, sid, { eventBus: bus, statementId: sid, statement: document.toJSON() });
  }
}

interface BusStatement {
  readonly effect: Effect;
  readonly principals: IPrincipal[];
  readonly conditions: Conditions;
}

/** How a publisher is let in, and by what it is recognised. */
interface Identity {
  readonly principal: IPrincipal;
  readonly account?: string;
  readonly role?: string;
}

function identityOf(publisher: Publisher): Identity {
  if (publisher === 'this-account') {
    return { principal: new AccountRootPrincipal(), account: Aws.ACCOUNT_ID };
  }
  return 'roleArn' in publisher
    ? { principal: new ArnPrincipal(publisher.roleArn), role: publisher.roleArn }
    : { principal: new AccountPrincipal(publisher.accountId), account: publisher.accountId };
}

/** Conditions of one statement must all hold: of no named account *and* no named role. */
function isNoneOf(identities: readonly Identity[]): Conditions {
  const accounts = identities.flatMap(({ account }) => account ?? []);
  const roles = identities.flatMap(({ role }) => role ?? []);
  return {
    ...(accounts.length > 0 && { StringNotEquals: { 'aws:PrincipalAccount': accounts } }),
    ...(roles.length > 0 && { ArnNotEquals: { 'aws:PrincipalArn': roles } }),
  };
}
