/** The environment variables of `send`. Infra's `environment` must satisfy `SendEnvironment`. */
import * as z from 'zod';
import { type EnvironmentOf, parseEnvironment } from '../../shared/runtime/environment.schema.ts';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_LOG_NAME: z.string().min(1),
  DELIVERY_QUEUE_URL: z.url(),
  RETRY_QUEUE_URL: z.url(),
  EXHAUSTED_DELIVERIES_URL: z.url(),
  POISON_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: z.string().min(1),
  /** Absent where the stage has no console. */
  CONSOLE_URL: z.url().optional(),
  RETRY_BASE_SECONDS: z.coerce.number().min(0.1).max(900),
  RETRY_FACTOR: z.coerce.number().min(1).max(10),
  /** Comma-separated: the service's own hosts, to which no webhook may lead. */
  OWN_HOSTS: z.string().default(''),
  /** Comma-separated; empty in production. Addresses that may be reached although they are not public. */
  ALLOWED_CIDRS: z.string().default(''),
  /** PEM; empty in production. Trusted beside the public roots. */
  EXTRA_CA_PEM: z.string().default(''),
  /** 1 in production. Times the interval that a vendor asks for: simulated vendors need not be waited for. */
  VENDOR_PACE_FACTOR: z.coerce.number().positive().max(1).default(1),
});

export type SendEnvironment = EnvironmentOf<typeof schema>;

export function parseSendEnvironment(environment: NodeJS.ProcessEnv) {
  return parseEnvironment('send', schema, environment);
}
