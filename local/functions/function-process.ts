/**
 * One Lambda in a process of its own, so that it can be killed like one. Started by `function-host.ts` with the
 * function's folder as its argument and its whole configuration in the environment; gets invocations as messages and
 * prints what the function logs. Ends with its parent, and on SIGTERM after the invocations under way.
 */
import { FUNCTION_TIMEOUT_SECONDS } from '../../shared/topology/queues.ts';
import { type FunctionIdentity, invoke, type LambdaHandler } from './invocation.ts';

export interface InvocationRequest {
  readonly id: string;
  readonly event: unknown;
}

/** A handler that returns nothing leaves no `response` in a message, which travels as JSON. */
export type InvocationResponse =
  | { readonly id: string; readonly response?: unknown }
  | { readonly id: string; readonly error: string };

/** How much of the time since the last report the process was busy, 0 to 1. */
export interface LoadReport {
  readonly busyShare: number;
}

/** Often enough for a mapping that grows five times a second. */
const REPORT_EVERY_MILLIS = 200;

const [folder = ''] = process.argv.slice(2);
const identity: FunctionIdentity = {
  functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? folder,
  account: process.env['AWS_ACCOUNT_ID'] ?? '',
  region: process.env['AWS_REGION'] ?? '',
  timeoutSeconds: FUNCTION_TIMEOUT_SECONDS,
};
const underWay = new Set<Promise<void>>();

// Ctrl-C reaches every process of the terminal; when to end is the parent's to say.
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit());
process.once('SIGTERM', async () => {
  await Promise.all(underWay);
  process.exit();
});

const { handler } = (await import(`../../functions/${folder}/index.ts`)) as { handler: LambdaHandler };

process.on('message', (request: InvocationRequest) => {
  const responding = reply(request).finally(() => underWay.delete(responding));
  underWay.add(responding);
});
process.send?.('ready');

let reported = performance.eventLoopUtilization();
setInterval(() => {
  const now = performance.eventLoopUtilization();
  const report: LoadReport = { busyShare: performance.eventLoopUtilization(now, reported).utilization };
  reported = now;
  process.send?.(report, () => {});
}, REPORT_EVERY_MILLIS);

/** Resolves when the response is on its way: a process that exits sooner takes it along. */
async function reply({ id, event }: InvocationRequest): Promise<void> {
  const outcome: InvocationResponse = await invoke(handler, event, identity).then(
    (response) => ({ id, response }),
    (error: unknown) => ({ id, error: String(error) }),
  );
  await new Promise((resolve) => process.send?.(outcome, resolve));
}
