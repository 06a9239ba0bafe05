/** What `send` is told by its environment. Infra's `environment` must satisfy `SendEnvironment`. */
import * as z from 'zod';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_LOG_NAME: z.string().min(1),
  RETRY_QUEUE_URL: z.url(),
  EXHAUSTED_DELIVERIES_URL: z.url(),
  POISON_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: z.string().min(1),
  RETRY_BASE_SECONDS: z.coerce.number().min(0.1).max(900),
  RETRY_FACTOR: z.coerce.number().min(1).max(10),
  /** Comma-separated: the service's own hosts, to which no webhook may lead. */
  OWN_HOSTS: z.string().default(''),
  /** Comma-separated; empty in production. Addresses that may be reached although they are not public. */
  ALLOWED_CIDRS: z.string().default(''),
  /** PEM; empty in production. Trusted beside the public roots. */
  EXTRA_CA_PEM: z.string().default(''),
});

type Optional = 'OWN_HOSTS' | 'ALLOWED_CIDRS' | 'EXTRA_CA_PEM';

export type SendEnvironment = {
  readonly [name in Exclude<keyof z.input<typeof schema>, Optional>]: string;
} & { readonly [name in Optional]?: string };

/** Throws with every missing or malformed variable named, so that a bad deployment fails its cold start in one line. */
export function parseSendEnvironment(environment: NodeJS.ProcessEnv): z.output<typeof schema> {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(`send is misconfigured:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
