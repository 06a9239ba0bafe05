/** What alarms and the dashboard look at. */
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { Stage } from '../stages.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';
import type { WatchedFunctions } from './watched-functions.ts';

export interface WatchedResources {
  readonly stage: Stage;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly functions: WatchedFunctions;
  readonly httpApi: HttpApi;
  readonly findingsRule: IRule;
  readonly lifecycleRule: IRule;
  readonly strayRules: readonly IRule[];
  readonly busName: string;
}
