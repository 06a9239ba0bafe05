/**
 * Moves the four functions' aliases to a new version bit by bit, by CodeDeploy, and back if what is watched rings. The
 * update of the stack waits for each move, and fails and is rolled back with it.
 */
import { Validations } from 'aws-cdk-lib';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import { releaseAlarmName } from './alarms/release-alarms.ts';
import type { Alarms } from './alarms.ts';
import { type Aliases, type EveryName, FUNCTION_NAMES } from './watched-functions.ts';

/** A tenth for so long that alarms of two bad periods of five minutes can ring, then the rest. */
const SHIFT = LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES;

/** Of all its alarms those that a release may set off within its time. One that rings already stops it before it begins. */
const ALSO_WATCHED: Readonly<Record<EveryName, readonly string[]>> = {
  send: ['success-slo-fast-high', 'items-returned-send-high'],
  dispatch: ['items-returned-dispatch-high'],
  api: ['api-errors-high'],
  reconcile: [],
};

export interface GradualReleaseProps {
  readonly stage: Stage;
  /** For a mend while alarms ring: all invocations at once, and no alarm is asked. */
  readonly atOnce: boolean;
  readonly aliases: Aliases;
  readonly alarms: Alarms;
}

export class GradualRelease extends Construct {
  constructor(scope: Construct, id: string, { stage, atOnce, aliases, alarms }: GradualReleaseProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application', {
      applicationName: physicalName(stage.name, 'functions'),
    });
    const role = this.createRole(Object.values(aliases));
    for (const name of FUNCTION_NAMES) {
      const watched = [releaseAlarmName(name), ...ALSO_WATCHED[name]];
      const group = new LambdaDeploymentGroup(this, name, {
        application,
        deploymentGroupName: name,
        alias: aliases[name],
        role: role.withoutPolicyUpdates(),
        deploymentConfig: atOnce ? LambdaDeploymentConfig.ALL_AT_ONCE : SHIFT,
        alarms: atOnce ? [] : watched.map((alarm) => alarms.named(alarm)),
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: !atOnce },
      });
      group.node.addDependency(role);
    }
    // It may write what the others must be able to read.
    const { dispatch, ...readers } = aliases;
    dispatch.node.addDependency(...Object.values(readers));
  }

  /** Not the managed policy, which reaches every function of the account. */
  private createRole(aliases: readonly Alias[]): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
        resources: aliases.flatMap(({ lambda, functionArn }) => [lambda.functionArn, functionArn]),
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CodeDeploy asks for its alarms by a list of names, which takes no narrower resource.',
    });
    return role;
  }
}
