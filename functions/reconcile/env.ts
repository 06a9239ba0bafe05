/** What `reconcile` is told by its environment. Infra's `environment` must satisfy `ReconcileEnvironment`. */
import * as z from 'zod';

const schema = z.object({
  DELIVERY_LOG_NAME: z.string().min(1),
  RETRY_QUEUE_URL: z.url(),
  EXHAUSTED_DELIVERIES_URL: z.url(),
  EVENT_BUS_NAME: z.string().min(1),
});

export type ReconcileEnvironment = { readonly [name in keyof z.input<typeof schema>]: string };

/** Throws with every missing or malformed variable named, so that a bad deployment fails its cold start in one line. */
export function parseReconcileEnvironment(environment: NodeJS.ProcessEnv): z.output<typeof schema> {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(`reconcile is misconfigured:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
