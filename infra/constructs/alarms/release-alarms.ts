/** Errors of a version that a release has given a part of the invocations. Once it has all of them Lambda counts no more here. */
import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { physicalName } from '../../../shared/topology/physical-names.ts';
import { ALIAS_NAME } from '../node-lambda.ts';
import { type Aliases, type EveryName, FUNCTION_NAMES } from '../watched-functions.ts';
import { type AlarmDefinition, alarmName } from './alarm-definition.ts';

const NAMING = { article: 'release-errors', severity: 'low' } as const;

/** Within its stage. */
export function releaseAlarmName(of: EveryName): string {
  return alarmName({ ...NAMING, of });
}

export function releaseAlarms(aliases: Aliases, stageName: string): readonly AlarmDefinition[] {
  return FUNCTION_NAMES.map((of) => {
    const functionName = physicalName(stageName, of);
    return {
      ...NAMING,
      of,
      impact: 'The new version fails: CodeDeploy takes it back, and CloudFormation the whole release.',
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Errors',
        // Lambda's dimensions for the versions of a weighted alias (Lambda guide, "Types of metrics").
        dimensionsMap: {
          FunctionName: functionName,
          Resource: `${functionName}:${ALIAS_NAME}`,
          ExecutedVersion: aliases[of].version.version,
        },
        statistic: Stats.SUM,
        period: Duration.minutes(1),
      }),
      rings: { atLeast: 1 },
      bad: 1,
      outOf: 1,
    };
  });
}
