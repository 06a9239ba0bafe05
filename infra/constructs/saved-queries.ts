/**
 * The runbook's Logs Insights queries, saved in CloudWatch with the log groups that they read. Their texts are in
 * `infra/queries/`; `npm run docs` puts the same files into the runbook.
 */
import { readFileSync } from 'node:fs';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { Stage } from '../stages.ts';
import type { FunctionName, WatchedFunctions } from './watched-functions.ts';

export interface SavedQueriesProps {
  readonly stage: Stage;
  readonly functions: WatchedFunctions;
}

const ALL: readonly FunctionName[] = ['dispatch', 'send', 'reconcile'];

/** Whose logs each query reads. */
const READS = {
  'addresses-refused': ['send'],
  'attempts-by-outcome': ['send'],
  'attempts-over-time': ['send'],
  'busiest-webhooks': ['send'],
  'deliveries-set-aside': ['send'],
  'exhausted-deliveries': ['send'],
  'findings-set-aside': ['dispatch'],
  'function-errors': ALL,
  'function-instances': ALL,
  'items-returned': ['dispatch', 'send'],
  'one-delivery': ['send', 'reconcile'],
  'reconcile-trouble': ['reconcile'],
  'throttled-calls': ALL,
  'top-failing-webhooks': ['send'],
  'webhooks-disabled': ['send'],
} satisfies Record<string, readonly FunctionName[]>;

export type QueryName = keyof typeof READS;

export interface LogQuery {
  readonly queryString: string;
  readonly logGroupNames: string[];
}

export class SavedQueries extends Construct {
  private readonly functions: WatchedFunctions;

  constructor(scope: Construct, id: string, { stage, functions }: SavedQueriesProps) {
    super(scope, id);
    this.functions = functions;
    for (const name of Object.keys(READS) as QueryName[]) {
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
      logGroupNames: READS[name].map((functionName) => `/aws/lambda/${this.functions[functionName].functionName}`),
    };
  }
}
