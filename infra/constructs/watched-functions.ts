/** The functions that alarms, queries and the dashboard look at. */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

export const FUNCTION_NAMES = ['dispatch', 'send', 'reconcile', 'api'] as const;

/** Of those that each stage has. */
export type EveryName = (typeof FUNCTION_NAMES)[number];

export type FunctionName = EveryName | 'canary';

export type WatchedFunctions = Readonly<Record<EveryName, IFunction>> & { readonly canary?: IFunction };

export function eachFunction(functions: WatchedFunctions): readonly (readonly [FunctionName, IFunction])[] {
  return Object.entries(functions) as [FunctionName, IFunction][];
}
