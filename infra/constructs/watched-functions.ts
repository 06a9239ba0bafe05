/** The functions that alarms, queries and the dashboard look at. */
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';

export const FUNCTION_NAMES = ['dispatch', 'send', 'reconcile', 'api'] as const;

/** Of those that each stage has. */
export type EveryName = (typeof FUNCTION_NAMES)[number];

export type FunctionName = EveryName | 'canary' | 'mail';

/** What invokes them where a release is gradual. */
export type Aliases = Readonly<Record<EveryName, Alias>>;

export type WatchedFunctions = Readonly<Record<EveryName, IFunction>> & {
  readonly canary?: IFunction;
  readonly mail?: IFunction;
};

export function eachFunction(functions: WatchedFunctions): readonly (readonly [FunctionName, IFunction])[] {
  return Object.entries(functions) as [FunctionName, IFunction][];
}
