/** The functions that alarms, queries and the dashboard look at. */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

export type FunctionName = 'dispatch' | 'send' | 'reconcile' | 'api';

export type WatchedFunctions = Readonly<Record<FunctionName, IFunction>>;

export function eachFunction(functions: WatchedFunctions): readonly (readonly [FunctionName, IFunction])[] {
  return Object.entries(functions) as [FunctionName, IFunction][];
}
