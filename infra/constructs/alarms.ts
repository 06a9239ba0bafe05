/** The stage's alarms. What rings when is in `alarms/`; here each becomes an alarm that says what it owes, and the topic's. */
import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { type AlarmDefinition, alarmName } from './alarms/alarm-definition.ts';
import { apiAlarms } from './alarms/api-alarms.ts';
import { canaryAlarms } from './alarms/canary-alarms.ts';
import { consoleAlarms } from './alarms/console-alarms.ts';
import { deliveryAlarms, silenceAlarms } from './alarms/delivery-alarms.ts';
import { eventAlarms, tableAlarms } from './alarms/dependency-alarms.ts';
import { functionAlarms } from './alarms/function-alarms.ts';
import { queueAlarms } from './alarms/queue-alarms.ts';
import { releaseAlarms } from './alarms/release-alarms.ts';
import type { Aliases } from './watched-functions.ts';
import type { WatchedResources } from './watched-resources.ts';

export interface AlarmsProps {
  readonly watched: WatchedResources;
  readonly topic: ITopic;
  /** Of the console; undefined for a stage without one. */
  readonly distributionId: string | undefined;
  /** Undefined for a stage whose releases are not gradual. */
  readonly aliases: Aliases | undefined;
}

const RUNBOOK = 'docs/runbook.md';

export class Alarms extends Construct {
  /** Those that every region has. */
  readonly alarms: readonly Alarm[];

  private readonly byName: ReadonlyMap<string, Alarm>;

  constructor(scope: Construct, id: string, { watched, topic, distributionId, aliases }: AlarmsProps) {
    super(scope, id);
    const { stage, tables, queues, functions, httpApi, busName } = watched;
    const rules = [watched.findingsRule, watched.lifecycleRule, ...watched.strayRules];
    const definitions = [
      ...eventAlarms(rules, busName),
      ...queueAlarms(queues, stage.noticeMail !== undefined),
      ...functionAlarms(functions, stage.name),
      ...deliveryAlarms(stage.name),
      ...silenceAlarms(stage),
      ...tableAlarms(tables),
      ...apiAlarms(httpApi, stage.name),
      ...(stage.canary ? canaryAlarms(stage.name, distributionId !== undefined) : []),
      ...(distributionId === undefined ? [] : consoleAlarms(distributionId)),
      ...(aliases === undefined ? [] : releaseAlarms(aliases, stage.name)),
    ];
    const publish = new SnsAction(topic);
    const created = definitions.map(
      (definition) => [definition, this.createAlarm(definition, stage.name, publish)] as const,
    );
    this.byName = new Map(created.map(([definition, alarm]) => [alarmName(definition), alarm]));
    this.alarms = created.filter(([{ onlyIn }]) => onlyIn === undefined).map(([, alarm]) => alarm);
  }

  /** Throws if there is none: an alarm was renamed, and what stands on it was not. */
  named(name: string): Alarm {
    const alarm = this.byName.get(name);
    if (alarm === undefined) {
      throw new Error(`There is no alarm "${name}".`);
    }
    return alarm;
  }

  private createAlarm(definition: AlarmDefinition, stageName: string, publish: SnsAction): Alarm {
    const { article, severity, impact, metric, rings, bad, outOf, ringsOnSilence = false } = definition;
    const { endsInSilence, onlyIn } = definition;
    const name = alarmName(definition);
    const alarm = new Alarm(this, name, {
      alarmName: physicalName(stageName, name),
      alarmDescription: `${URGENCY[severity]} ${impact} What to do: ${RUNBOOK}#${article}`,
      metric,
      ...comparison(rings),
      datapointsToAlarm: bad,
      evaluationPeriods: outOf,
      treatMissingData: ringsOnSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(publish);
    if (endsInSilence !== true) {
      // The operator who was called wants to know that it is over.
      alarm.addOkAction(publish);
    }
    if (onlyIn !== undefined) {
      (alarm.node.defaultChild as CfnAlarm).cfnOptions.condition = this.conditionOf(onlyIn);
    }
    return alarm;
  }

  private conditionOf(region: string): CfnCondition {
    const id = `In-${region}`;
    const existing = this.node.tryFindChild(id) as CfnCondition | undefined;
    return existing ?? new CfnCondition(this, id, { expression: Fn.conditionEquals(Aws.REGION, region) });
  }
}

const URGENCY = { high: 'HIGH, act now.', low: 'LOW, look into it tomorrow.' };

function comparison(rings: AlarmDefinition['rings']) {
  return 'atLeast' in rings
    ? { comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, threshold: rings.atLeast }
    : { comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: rings.below };
}
