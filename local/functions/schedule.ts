/** What EventBridge's schedule does: invokes a function again and again, and does not repeat a run that failed. */
import type { HostedFunction } from './function-host.ts';

/** The response stops it. */
export function startSchedule(hosted: HostedFunction, everyMillis: number): () => Promise<void> {
  const run = () => {
    const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
    hosted.invoke(event).catch((error: unknown) => {
      hosted.note(JSON.stringify({ level: 'ERROR', problem: 'scheduled invocation failed', error: String(error) }));
    });
  };
  const timer = setInterval(run, everyMillis);
  return async () => clearInterval(timer);
}
