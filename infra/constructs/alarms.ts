/** The stage's alarms. What rings when is in `alarms/`; here each becomes an alarm that says what it owes, and the topic's. */
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import { type AlarmDefinition, alarmName } from './alarms/alarm-definition.ts';
import { apiAlarms } from './alarms/api-alarms.ts';
import { deliveryAlarms, silenceAlarms } from './alarms/delivery-alarms.ts';
import { eventAlarms, tableAlarms } from './alarms/dependency-alarms.ts';
import { functionAlarms } from './alarms/function-alarms.ts';
import { queueAlarms } from './alarms/queue-alarms.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';
import type { WatchedFunctions } from './watched-functions.ts';

export interface AlarmsProps {
  readonly stage: Stage;
  readonly topic: ITopic;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly functions: WatchedFunctions;
  readonly httpApi: HttpApi;
  readonly findingsRule: IRule;
  readonly strayRules: readonly IRule[];
  readonly busName: string;
}

const RUNBOOK = 'docs/runbook.md';

export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { stage, tables, queues, functions, httpApi, findingsRule, strayRules, busName } = props;
    const definitions = [
      ...eventAlarms([findingsRule, ...strayRules], busName),
      ...queueAlarms(queues),
      ...functionAlarms(functions, stage.name),
      ...deliveryAlarms(stage.name),
      ...silenceAlarms(stage),
      ...tableAlarms(tables),
      ...apiAlarms(httpApi),
    ];
    this.alarms = definitions.map((definition) => this.createAlarm(definition, props));
  }

  private createAlarm(definition: AlarmDefinition, { stage, topic }: AlarmsProps): Alarm {
    const { article, severity, impact, metric, rings, bad, outOf, ringsOnSilence = false } = definition;
    const name = alarmName(definition);
    const alarm = new Alarm(this, name, {
      alarmName: physicalName(stage.name, name),
      alarmDescription: `${URGENCY[severity]} ${impact} What to do: ${RUNBOOK}#${article}`,
      metric,
      ...comparison(rings),
      datapointsToAlarm: bad,
      evaluationPeriods: outOf,
      treatMissingData: ringsOnSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const publish = new SnsAction(topic);
    alarm.addAlarmAction(publish);
    // The operator who was called wants to know that it is over.
    alarm.addOkAction(publish);
    return alarm;
  }
}

const URGENCY = { high: 'HIGH, act now.', low: 'LOW, look into it tomorrow.' };

function comparison(rings: AlarmDefinition['rings']) {
  return 'atLeast' in rings
    ? { comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, threshold: rings.atLeast }
    : { comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: rings.below };
}
