/** What `dispatch` is told by its environment. Infra's `environment` must satisfy `DispatchEnvironment`. */
import * as z from 'zod';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_QUEUE_URL: z.url(),
  RETRY_QUEUE_URL: z.url(),
  FINDINGS_DLQ_URL: z.url(),
});

export type DispatchEnvironment = { readonly [name in keyof z.input<typeof schema>]: string };

/** Throws with every missing or malformed variable named, so that a bad deployment fails its cold start in one line. */
export function parseDispatchEnvironment(environment: NodeJS.ProcessEnv): z.output<typeof schema> {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(`dispatch is misconfigured:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
