/**
 * The runbook's Logs Insights queries, saved in CloudWatch with the log groups that they read. Their texts are in
 * `infra/queries/`; `npm run docs` puts the same files into the runbook.
 */
import { readFileSync } from 'node:fs';
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import { FUNCTION_NAMES, type FunctionName, type WatchedFunctions } from './watched-functions.ts';

export interface SavedQueriesProps {
  readonly stage: Stage;
  readonly functions: WatchedFunctions;
  /** API Gateway's, a line per request. */
  readonly accessLogs: ILogGroup;
}

type LogSource = FunctionName | 'api-access';

const EVERY_FUNCTION = [...FUNCTION_NAMES, 'mail'] as const;

/** Whose logs each query reads. */
const READS = {
  'addresses-refused': ['send'],
  'api-failures': ['api'],
  'api-gateway-errors': ['api-access'],
  'api-routes': ['api'],
  'attempts-by-outcome': ['send'],
  'attempts-over-time': ['send'],
  'busiest-webhooks': ['send'],
  'canary-trouble': ['canary', 'send'],
  'deliveries-late': ['send'],
  'deliveries-set-aside': ['send'],
  'events-set-aside': ['dispatch'],
  'exhausted-deliveries': ['send'],
  'findings-repaired': ['dispatch'],
  'findings-set-aside': ['dispatch'],
  'first-attempts-unanswered': ['send'],
  'function-errors': EVERY_FUNCTION,
  'function-instances': EVERY_FUNCTION,
  'items-returned': ['dispatch', 'send'],
  'mails-returned': ['mail'],
  'one-delivery': ['send', 'reconcile', 'api'],
  'reconcile-trouble': ['reconcile'],
  'requests-unauthorized': ['api-access'],
  'throttled-calls': EVERY_FUNCTION,
  'top-failing-webhooks': ['send'],
  'webhooks-disabled': ['send'],
} satisfies Record<string, readonly LogSource[]>;

export type QueryName = keyof typeof READS;

export interface LogQuery {
  readonly queryString: string;
  readonly logGroupNames: string[];
}

export class SavedQueries extends Construct {
  private readonly functions: WatchedFunctions;
  private readonly accessLogs: ILogGroup;

  constructor(scope: Construct, id: string, { stage, functions, accessLogs }: SavedQueriesProps) {
    super(scope, id);
    this.functions = functions;
    this.accessLogs = accessLogs;
    for (const name of (Object.keys(READS) as QueryName[]).filter(
      (each) => this.named(each).logGroupNames.length > 0,
    )) {
      // The console takes what is before the slash for a folder.
      new CfnQueryDefinition(this, name, {
        name: `${physicalName(stage.name, 'runbook')}/${name}`,
        ...this.named(name),
      });
    }
  }

  named(name: QueryName): LogQuery {
    return {
      queryString: readFileSync(`${import.meta.dirname}/../queries/${name}.query`, 'utf8').trimEnd(),
      logGroupNames: READS[name].flatMap((source) => this.logGroupOf(source)),
    };
  }

  /** None of a function that the stage lacks. */
  private logGroupOf(source: LogSource): string[] {
    if (source === 'api-access') {
      return [this.accessLogs.logGroupName];
    }
    const lambda = this.functions[source];
    return lambda === undefined ? [] : [`/aws/lambda/${lambda.functionName}`];
  }
}
