/** The functions that alarms, queries and the dashboard look at. */
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

export const FUNCTION_NAMES = ['dispatch', 'send', 'reconcile', 'api'] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

export type WatchedFunctions = Readonly<Record<FunctionName, IFunction>>;

export function eachFunction(functions: WatchedFunctions): readonly (readonly [FunctionName, IFunction])[] {
  return Object.entries(functions) as [FunctionName, IFunction][];
}
